# Who may do what. Every policy is a file in policies/, a template that takes what it
# names of the variables; the laptop enforces the functions' very files.
locals {
  policy_variables = merge(
    {
      uploads_bucket_arn  = local.bucket_arns.uploads
      variants_bucket_arn = local.bucket_arns.variants
      ledger_table_arn    = local.ledger_arn
      event_bus_arn       = local.event_bus_arn
      account             = local.account
      partition           = local.partition
      region              = local.region
    },
    { for queue, arn in local.queue_arns : "${replace(queue, "-", "_")}_queue_arn" => arn },
    { for rule, arn in local.rule_arns : "${replace(rule, "-", "_")}_rule_arn" => arn },
    { for machine, arn in local.machine_arns : "${machine}_machine_arn" => arn },
    { for function, arn in local.alias_arns : "${function}_arn" => arn },
    {
      # Executions, and those of a Map Run: what a machine's ARN becomes with their names.
      pipeline_execution_arns = "${local.arn.states}:execution:${var.stack}-pipeline:*"
      backfill_execution_arns = "${local.arn.states}:execution:${var.stack}-backfill*"
      backfill_batch_arns     = "${local.arn.states}:execution:${var.stack}-backfill/originals:*"
    },
  )

  # Each function's own policy, and what every function needs to be seen.
  function_policies = merge([for function in keys(local.functions) : {
    for policy in concat([function, "logs", "xray"], var.customer_managed_key ? ["kms"] : []) :
    "${function}/${policy}" => { function = function, policy = policy }
  }]...)

  # Each machine's own policy, and what every machine needs to be seen.
  machine_policies = merge([for machine in keys(local.machines) : {
    for policy in ["machine-${machine}", "machine-logs", "machine-xray"] :
    "${machine}/${policy}" => { machine = machine, policy = policy }
  }]...)
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  name               = "${var.stack}-${each.key}"
  description        = "The function ${each.key} of the Triptych stack ${var.stack}."
  assume_role_policy = file("${path.module}/policies/trust-lambda.json")
  tags               = local.tags
}

resource "aws_iam_role_policy" "function" {
  for_each = local.function_policies

  name = each.value.policy
  role = aws_iam_role.function[each.value.function].id
  policy = templatefile("${path.module}/policies/${each.value.policy}.json", merge(local.policy_variables, {
    log_group_arn    = "${local.arn.logs}:log-group:/aws/lambda/${var.stack}-${each.value.function}"
    kms_key_arn      = local.key_arn == null ? "" : local.key_arn
    distribution_arn = aws_cloudfront_distribution.this.arn
  }))
}

# "{machine}/{label}" is the machine of a Map Run's child executions.
resource "aws_iam_role" "machine" {
  for_each = local.machines

  name        = "${var.stack}-${each.key}-machine"
  description = "The state machine ${each.key} of the Triptych stack ${var.stack}: ${each.value}."
  tags        = local.tags
  assume_role_policy = templatefile("${path.module}/policies/trust-states.json", {
    account = local.account, machine_arn = local.machine_arns[each.key]
  })
}

resource "aws_iam_role_policy" "machine" {
  for_each = local.machine_policies

  name   = each.value.policy
  role   = aws_iam_role.machine[each.value.machine].id
  policy = templatefile("${path.module}/policies/${each.value.policy}.json", local.policy_variables)
}

resource "aws_iam_role" "events" {
  name        = "${var.stack}-events"
  description = "EventBridge, where it starts state machines of the Triptych stack ${var.stack}."
  tags        = local.tags
  assume_role_policy = templatefile("${path.module}/policies/trust-events.json", {
    account = local.account, rule_arns = jsonencode([for rule, arn in local.rule_arns : arn if local.rules[rule].target.role])
  })
}

resource "aws_iam_role_policy" "events" {
  name   = "start-executions"
  role   = aws_iam_role.events.id
  policy = templatefile("${path.module}/policies/events.json", local.policy_variables)
}
