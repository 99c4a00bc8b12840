locals {
  # One entry for each rule: statemachine/{name}.pattern.json selects its events.
  rules = {
    upload-created = {
      description = "An original has been uploaded: start the pipeline."
      target      = { id = "pipeline", arn = local.machine_arns.pipeline, role = true }
    }
    object-deleted = {
      description = "An original has been deleted: erase everything generated from it."
      target      = { id = "erase", arn = local.machine_arns.erase, role = true }
    }
    pipeline-status = {
      description = "An execution of the pipeline has failed, timed out or been stopped, or was redriven: record it in the ledger."
      target      = { id = "fail", arn = local.machine_arns.fail, role = true }
    }
    execution-failed = {
      description = "An execution has failed, timed out or been stopped: keep it for `triptych replay`."
      target      = { id = "failed-executions", arn = local.queue_arns.failed-executions, role = false }
    }
  }

  pattern_variables = merge(
    { uploads_bucket = local.buckets.uploads },
    { for machine, arn in local.machine_arns : "${machine}_machine_arn" => arn },
  )

  queues = {
    failed-executions  = "Executions that failed."
    undelivered-events = "Events that EventBridge could not deliver: for each of them the only copy."
  }

  queue_retention_seconds = 14 * 24 * 3600 # the maximum of SQS
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.rules

  name          = "${var.stack}-${each.key}"
  description   = each.value.description
  event_pattern = templatefile("${path.module}/../statemachine/${each.key}.pattern.json", local.pattern_variables)
  tags          = local.tags
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = local.rules

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = each.value.target.id
  arn       = each.value.target.arn
  role_arn  = each.value.target.role ? aws_iam_role.events.arn : null # a queue has its own policy

  # These are EventBridge's own limits; the emulator uses the same ones.
  retry_policy {
    maximum_event_age_in_seconds = 24 * 3600
    maximum_retry_attempts       = 185
  }

  dead_letter_config {
    arn = aws_sqs_queue.this["undelivered-events"].arn
  }

  depends_on = [
    aws_sqs_queue_policy.this,
    aws_iam_role_policy.events,
    aws_sfn_state_machine.this, # the target exists before the first event
  ]
}

resource "aws_sqs_queue" "this" {
  for_each = local.queues

  name                      = "${var.stack}-${each.key}"
  message_retention_seconds = local.queue_retention_seconds
  tags                      = local.tags

  # With SQS's own key (SSE-SQS), EventBridge needs no permission for the key. With a KMS
  # key, the policy of the key gives EventBridge the permission. One of the two settings has
  # to be null.
  sqs_managed_sse_enabled           = var.customer_managed_key ? null : true
  kms_master_key_id                 = local.key_arn
  kms_data_key_reuse_period_seconds = var.customer_managed_key ? 3600 : null
}

resource "aws_sqs_queue_policy" "this" {
  for_each = local.queues

  queue_url = aws_sqs_queue.this[each.key].url
  policy    = templatefile("${path.module}/policies/queue-${each.key}.json", local.policy_variables)
}
