locals {
  # One line for each widget: its title, and its metrics in the format of CloudWatch.
  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
  widgets = [
    {
      title = "Images by outcome", stat = "Sum"
      metrics = [for outcome in ["ready", "rejected", "superseded", "already-done"] :
      [local.namespace, "Images", "Stack", var.stack, "Outcome", outcome, { label = outcome }]]
    },
    {
      title = "Executions", stat = "Sum"
      metrics = concat([for machine, made in aws_sfn_state_machine.this : [
        for metric in ["ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"] :
        ["AWS/States", metric, "StateMachineArn", made.arn, { label = "${machine} ${metric}" }]
      ]]...)
    },
    {
      title = "From upload to ready (ms)", stat = "p50"
      metrics = [for stat in ["p50", "p95", "p99"] :
      [local.namespace, "UploadToReady", "Stack", var.stack, { stat = stat, label = stat }]]
    },
    {
      title = "Steps, p95 (ms)", stat = "p95"
      metrics = [for function in keys(local.functions) :
      [local.namespace, "Duration", "Stack", var.stack, "Function", function, { label = function }]]
    },
    {
      title = "Rejected and failed, by code", stat = "Sum"
      metrics = [
        [{ expression = "SEARCH('{${local.namespace},Stack,Code} Stack=\"${var.stack}\" MetricName=\"Images\"', 'Sum')", label = "rejected" }],
        [{ expression = "SEARCH('{${local.namespace},Stack,Code} Stack=\"${var.stack}\" MetricName=\"Failures\"', 'Sum')", label = "failed attempts" }],
      ]
    },
    {
      title = "What waits for replay", stat = "Maximum"
      metrics = [for queue, made in aws_sqs_queue.this :
      ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", made.name, { label = queue }]]
    },
    {
      title = "Throttles", stat = "Sum"
      metrics = concat(
        [for function, name in local.function_names : ["AWS/Lambda", "Throttles", "FunctionName", name, { label = function }]],
        [for metric in ["ReadThrottleEvents", "WriteThrottleEvents"] : ["AWS/DynamoDB", metric, "TableName", aws_dynamodb_table.ledger.name, { label = metric }]],
      )
    },
    {
      title = "Cost: Lambda's running time (ms)", stat = "Sum"
      metrics = [for function, name in local.function_names :
      ["AWS/Lambda", "Duration", "FunctionName", name, { label = function }]]
    },
    {
      title = "Cost: bytes in and out of the pipeline", stat = "Sum"
      metrics = [for metric in ["BytesIn", "BytesOut"] :
      [local.namespace, metric, "Stack", var.stack, { label = metric }]]
    },
    {
      title = "Cost: the ledger's units", stat = "Sum"
      metrics = [for metric in ["ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"] :
      ["AWS/DynamoDB", metric, "TableName", aws_dynamodb_table.ledger.name, { label = metric }]]
    },
    {
      title = "Cost: the CDN's requests and bytes", stat = "Sum", region = local.cdn_region
      metrics = [for metric in ["Requests", "BytesDownloaded"] :
      ["AWS/CloudFront", metric, "Region", "Global", "DistributionId", aws_cloudfront_distribution.this.id, { label = metric, yAxis = metric == "Requests" ? "left" : "right" }]]
    },
    {
      title = "The CDN's errors (%)", stat = "Average", region = local.cdn_region
      metrics = [for metric in ["4xxErrorRate", "5xxErrorRate"] :
      ["AWS/CloudFront", metric, "Region", "Global", "DistributionId", aws_cloudfront_distribution.this.id, { label = metric }]]
    },
  ]

  widgets_a_row = 2
  widget_width  = 12
  widget_height = 6
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.stack

  dashboard_body = jsonencode({
    widgets = [for index, widget in local.widgets : {
      type   = "metric"
      x      = (index % local.widgets_a_row) * local.widget_width
      y      = floor(index / local.widgets_a_row) * local.widget_height
      width  = local.widget_width
      height = local.widget_height

      properties = {
        title   = widget.title
        stat    = widget.stat
        period  = local.period_seconds
        region  = try(widget.region, local.region)
        view    = "timeSeries"
        metrics = widget.metrics
      }
    }]
  })
}
