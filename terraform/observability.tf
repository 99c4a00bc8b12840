locals {
  # The namespace of the functions' metrics, in the embedded metric format: see
  # shared/telemetry.
  namespace = "Triptych"

  function_names = { for function in keys(local.functions) : function => "${var.stack}-${function}" }

  period_seconds = 300

  # Alarms on one metric. Missing data means no activity, and is not a failure.
  metric_alarms = merge(
    {
      failed-executions-not-empty = {
        description = "Executions have failed and wait for `triptych replay`."
        namespace   = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum", threshold = 0
        dimensions  = { QueueName = aws_sqs_queue.this["failed-executions"].name }
      }
      failed-executions-old = {
        description = "A failed execution has waited for more than 5 minutes: it has not been replayed."
        namespace   = "AWS/SQS", metric = "ApproximateAgeOfOldestMessage", statistic = "Maximum", threshold = 300
        dimensions  = { QueueName = aws_sqs_queue.this["failed-executions"].name }
      }
      undelivered-events = {
        description = "EventBridge could not deliver events: the queue has the only copy of each."
        namespace   = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum", threshold = 0
        dimensions  = { QueueName = aws_sqs_queue.this["undelivered-events"].name }
      }
      slow = {
        description = "5 of 100 images took longer than ${var.alarms.p95_seconds} s from upload to ready."
        namespace   = local.namespace, metric = "UploadToReady", extended_statistic = "p95", threshold = var.alarms.p95_seconds * 1000
        dimensions  = { Stack = var.stack }
        evaluations = 3
      }
    },
    { for rule in keys(local.rules) : "lost-events-${rule}" => {
      description = "An event was neither delivered nor kept: it is lost, except in the source's own records."
      namespace   = "AWS/Events", metric = "InvocationsFailedToBeSentToDlq", statistic = "Sum", threshold = 0
      dimensions  = { RuleName = aws_cloudwatch_event_rule.this[rule].name }
    } },
  )

  # Alarms on sums of several metrics.
  sum_alarms = merge(
    { for machine in keys(local.machines) : "${machine}-failed" => {
      description = "Executions of the state machine ${machine} have failed, timed out or been stopped."
      namespace   = "AWS/States"
      metrics     = ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"]
      dimensions  = [{ StateMachineArn = aws_sfn_state_machine.this[machine].arn }]
    } },
    {
      functions-throttled = {
        description = "Lambda has throttled invocations: the account's or a function's concurrency is used up."
        namespace   = "AWS/Lambda"
        metrics     = ["Throttles"]
        dimensions  = [for name in values(local.function_names) : { FunctionName = name }]
      }
      ledger-throttled = {
        description = "DynamoDB has throttled the ledger or its index."
        namespace   = "AWS/DynamoDB"
        metrics     = ["ReadThrottleEvents", "WriteThrottleEvents"]
        dimensions = concat( # the events of the index are not included in those of the table
          [{ TableName = aws_dynamodb_table.ledger.name }],
          [for index in aws_dynamodb_table.ledger.global_secondary_index : { TableName = aws_dynamodb_table.ledger.name, GlobalSecondaryIndexName = index.name }],
        )
      }
      executions-throttled = {
        description = "Step Functions has throttled executions."
        namespace   = "AWS/States"
        metrics     = ["ExecutionThrottled"]
        dimensions  = [for machine in values(aws_sfn_state_machine.this) : { StateMachineArn = machine.arn }]
      }
    },
  )
}

resource "aws_cloudwatch_metric_alarm" "metric" {
  for_each = local.metric_alarms

  alarm_name          = "${var.stack}-${each.key}"
  alarm_description   = "${each.value.description} docs/operations.md says what to do."
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = try(each.value.statistic, null)
  extended_statistic  = try(each.value.extended_statistic, null)
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = local.period_seconds
  evaluation_periods  = try(each.value.evaluations, 1)
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
  tags                = local.tags
}

resource "aws_cloudwatch_metric_alarm" "sum" {
  for_each = local.sum_alarms

  alarm_name          = "${var.stack}-${each.key}"
  alarm_description   = "${each.value.description} docs/operations.md says what to do."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
  tags                = local.tags

  metric_query {
    id          = "sum"
    expression  = "SUM(METRICS())"
    label       = each.key
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { for index, pair in setproduct(each.value.metrics, each.value.dimensions) : index => { metric = pair[0], dimensions = pair[1] } }

    content {
      id = "m${metric_query.key}"

      metric {
        namespace   = each.value.namespace
        metric_name = metric_query.value.metric
        dimensions  = metric_query.value.dimensions
        stat        = "Sum"
        period      = local.period_seconds
      }
    }
  }
}

# CloudFront's metrics are in us-east-1, and so are their alarm and its topic.
resource "aws_cloudwatch_metric_alarm" "cdn" {
  region = local.cdn_region

  alarm_name          = "${var.stack}-cdn-errors"
  alarm_description   = "More than 1 % of the CDN's answers are 5xx. docs/operations.md says what to do."
  namespace           = "AWS/CloudFront"
  metric_name         = "5xxErrorRate"
  dimensions          = { DistributionId = aws_cloudfront_distribution.this.id, Region = "Global" }
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  period              = local.period_seconds
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.cdn_alarms.arn]
  ok_actions          = [aws_sns_topic.cdn_alarms.arn]
  tags                = local.tags
}

resource "aws_sns_topic" "alarms" {
  name              = "${var.stack}-alarms"
  kms_master_key_id = local.key_arn
  tags              = local.tags
}

resource "aws_sns_topic" "cdn_alarms" {
  region = local.cdn_region

  name              = "${var.stack}-cdn-alarms"
  kms_master_key_id = local.cdn_key_arn
  tags              = local.tags
}

resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = templatefile("${path.module}/policies/topic.json", {
    topic_arn = "${local.arn.sns}:${var.stack}-alarms"
    alarm_arn = "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${var.stack}-*"
  })
}

resource "aws_sns_topic_policy" "cdn_alarms" {
  region = local.cdn_region

  arn = aws_sns_topic.cdn_alarms.arn
  policy = templatefile("${path.module}/policies/topic.json", {
    topic_arn = "arn:${local.partition}:sns:${local.cdn_region}:${local.account}:${var.stack}-cdn-alarms"
    alarm_arn = "arn:${local.partition}:cloudwatch:${local.cdn_region}:${local.account}:alarm:${var.stack}-*"
  })
}

resource "aws_sns_topic_subscription" "alarms" {
  for_each = toset(var.alarms.emails)

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_sns_topic_subscription" "cdn_alarms" {
  for_each = toset(var.alarms.emails)

  region = local.cdn_region

  topic_arn = aws_sns_topic.cdn_alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

# CloudFront's access log, if a bucket is given: the second version of standard logging,
# which needs no ACLs.
resource "aws_cloudwatch_log_delivery_source" "cdn" {
  count = var.cdn.access_logs_bucket_arn == null ? 0 : 1

  region       = local.cdn_region
  name         = "${var.stack}-cdn"
  log_type     = "ACCESS_LOGS"
  resource_arn = aws_cloudfront_distribution.this.arn
  tags         = local.tags
}

resource "aws_cloudwatch_log_delivery_destination" "cdn" {
  count = var.cdn.access_logs_bucket_arn == null ? 0 : 1

  region        = local.cdn_region
  name          = "${var.stack}-cdn"
  output_format = "parquet"
  tags          = local.tags

  delivery_destination_configuration {
    destination_resource_arn = "${var.cdn.access_logs_bucket_arn}/${var.stack}"
  }
}

resource "aws_cloudwatch_log_delivery" "cdn" {
  count = var.cdn.access_logs_bucket_arn == null ? 0 : 1

  region                   = local.cdn_region
  delivery_source_name     = aws_cloudwatch_log_delivery_source.cdn[0].name
  delivery_destination_arn = aws_cloudwatch_log_delivery_destination.cdn[0].arn
  tags                     = local.tags
}
