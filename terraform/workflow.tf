locals {
  # One entry for each state machine: statemachine/{name}.asl.json is its definition, and
  # policies/machine-{name}.json the policy of its role. Both are templates that take
  # names from the variables.
  machines = {
    pipeline = "takes an upload to its variants"
    erase    = "removes everything generated from a deleted original"
    fail     = "writes into the ledger that an execution of the pipeline failed, or was redriven"
    backfill = "sees to originals that are there already"
  }

  definition_variables = merge(
    { for function, arn in local.alias_arns : "${function}_arn" => arn },
    {
      # The recipe as it is written inside a JSON string.
      recipe          = trimsuffix(trimprefix(jsonencode(local.recipe_text), "\""), "\"")
      distribution_id = aws_cloudfront_distribution.this.id

      uploads_bucket       = local.buckets.uploads
      pipeline_machine_arn = local.machine_arns.pipeline
    },
  )
}

resource "aws_sfn_state_machine" "this" {
  for_each = local.machines

  name       = "${var.stack}-${each.key}"
  type       = "STANDARD" # a replay needs redrives, the history and status events
  role_arn   = aws_iam_role.machine[each.key].arn
  definition = templatefile("${path.module}/../statemachine/${each.key}.asl.json", local.definition_variables)
  tags       = local.tags

  logging_configuration {
    level                  = var.logs.workflow_level
    include_execution_data = true
    log_destination        = "${aws_cloudwatch_log_group.machine[each.key].arn}:*"
  }

  tracing_configuration {
    enabled = true
  }

  # AWS deletes a state machine only when its executions have ended. destroy.sh stops
  # them; otherwise the provider would wait for 5 minutes.
  timeouts {
    delete = "30m"
  }

  depends_on = [aws_iam_role_policy.machine, aws_lambda_alias.this]
}

# With the prefix /aws/vendedlogs/, the account's resource policy for log delivery does not
# grow with every group. That policy can have at most 5,120 characters.
resource "aws_cloudwatch_log_group" "machine" {
  for_each = local.machines

  name              = "/aws/vendedlogs/states/${var.stack}-${each.key}"
  retention_in_days = var.logs.retention_days
  kms_key_id        = local.key_arn
  tags              = local.tags

  depends_on = [aws_kms_key_policy.this] # CloudWatch checks the key at once
}
