locals {
  key_arn     = var.customer_managed_key ? aws_kms_key.this[0].arn : null
  cdn_key_arn = var.customer_managed_key ? aws_kms_key.cdn[0].arn : null
}

# The stack's own key, if it is enabled.
resource "aws_kms_key" "this" {
  count = var.customer_managed_key ? 1 : 0

  description             = "The data of the Triptych stack ${var.stack}."
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = local.tags
}

resource "aws_kms_alias" "this" {
  count = var.customer_managed_key ? 1 : 0

  name          = "alias/${var.stack}"
  target_key_id = aws_kms_key.this[0].key_id
}

# The policy is a resource of its own, because it names the distribution, which reads
# buckets that are encrypted with the key. Inside aws_kms_key, the policy would create a
# cycle of dependencies.
resource "aws_kms_key_policy" "this" {
  count = var.customer_managed_key ? 1 : 0

  key_id = aws_kms_key.this[0].id
  policy = templatefile("${path.module}/policies/key.json", merge(local.policy_variables, {
    distribution_arn = aws_cloudfront_distribution.this.arn
    alarm_arns       = "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${var.stack}-*"
    log_group_arns = jsonencode(concat(
      [for function in keys(local.functions) : "${local.arn.logs}:log-group:/aws/lambda/${var.stack}-${function}"],
      [for machine in keys(local.machines) : "${local.arn.logs}:log-group:/aws/vendedlogs/states/${var.stack}-${machine}"],
    ))
  }))
}

# A key belongs to one region. The resources in us-east-1 (the topic of the CDN's alarms,
# the firewall's log) need a key there.
resource "aws_kms_key" "cdn" {
  count = var.customer_managed_key ? 1 : 0

  region                  = local.cdn_region
  description             = "The data of the Triptych stack ${var.stack} for its CDN in ${local.cdn_region}."
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = local.tags

  policy = templatefile("${path.module}/policies/key-cdn.json", {
    partition     = local.partition
    account       = local.account
    region        = local.cdn_region
    alarm_arns    = "arn:${local.partition}:cloudwatch:${local.cdn_region}:${local.account}:alarm:${var.stack}-*"
    log_group_arn = local.firewall_log_arn
  })
}

resource "aws_kms_alias" "cdn" {
  count = var.customer_managed_key ? 1 : 0

  region        = local.cdn_region
  name          = "alias/${var.stack}-cdn"
  target_key_id = aws_kms_key.cdn[0].key_id
}
