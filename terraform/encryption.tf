locals {
  key_arn     = var.customer_managed_key ? aws_kms_key.this[0].arn : null
  cdn_key_arn = var.customer_managed_key ? aws_kms_key.cdn[0].arn : null
}

# The stack's own key, where it is wanted.
resource "aws_kms_key" "this" {
  count = var.customer_managed_key ? 1 : 0

  description             = "Everything that the Triptych stack ${var.stack} keeps."
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = local.tags
}

resource "aws_kms_alias" "this" {
  count = var.customer_managed_key ? 1 : 0

  name          = "alias/${var.stack}"
  target_key_id = aws_kms_key.this[0].key_id
}

# A resource of its own: it names the distribution, which reads buckets that are
# encrypted with the key. Inside of aws_kms_key that would be a circle.
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

# A key belongs to one region. What has to be in us-east-1 (the topic of the CDN's alarms,
# the firewall's log) needs one there.
resource "aws_kms_key" "cdn" {
  count = var.customer_managed_key ? 1 : 0

  region                  = local.cdn_region
  description             = "What the Triptych stack ${var.stack} keeps for its CDN in ${local.cdn_region}."
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
