# The IAM policies. Every policy is a template in policies/. The variables supply the names
# in it. The emulator enforces the same files for the functions.
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
      # The ARNs of executions and of executions of a Map Run. They are derived from the
      # ARN of the state machine.
      pipeline_execution_arns = "${local.arn.states}:execution:${var.stack}-pipeline:*"
      backfill_execution_arns = "${local.arn.states}:execution:${var.stack}-backfill*"
      backfill_batch_arns     = "${local.arn.states}:execution:${var.stack}-backfill/originals:*"
    },
  )

  # Each function has its own policy, and the policies that every function needs for logs
  # and traces.
  function_policies = merge([for function in keys(local.functions) : {
    for policy in concat([function, "logs", "xray"], var.customer_managed_key ? ["kms"] : []) :
    "${function}/${policy}" => { function = function, policy = policy }
  }]...)

  # Each state machine has its own policy, and the policies that every state machine needs
  # for logs and traces.
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

# "{machine}/{label}" is the state machine of a Map Run's child executions.
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
  description = "Lets EventBridge start the state machines of the Triptych stack ${var.stack}."
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
