# The tests only plan, and send no requests to AWS. Values that only AWS knows are set
# here.
provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "000000000000" }
}

override_data {
  target = data.aws_partition.current
  values = { partition = "aws" }
}

override_data {
  target = data.aws_region.current
  values = { region = "eu-central-1" }
}

override_resource {
  target = aws_cloudfront_distribution.this
  values = {
    id          = "E1EXAMPLE"
    arn         = "arn:aws:cloudfront::000000000000:distribution/E1EXAMPLE"
    domain_name = "d1example.cloudfront.net"
  }
}

override_resource {
  target = aws_sns_topic.alarms
  values = { arn = "arn:aws:sns:eu-central-1:000000000000:triptych-alarms" }
}

override_resource {
  target = aws_sns_topic.cdn_alarms
  values = { arn = "arn:aws:sns:us-east-1:000000000000:triptych-cdn-alarms" }
}

override_resource {
  target = aws_sqs_queue.this
  values = { arn = "arn:aws:sqs:eu-central-1:000000000000:queue", url = "https://sqs.eu-central-1.amazonaws.com/000000000000/queue" }
}

override_resource {
  target = aws_lambda_function.this
  values = { version = "7" }
}

override_resource {
  target = aws_sfn_state_machine.this
  values = { arn = "arn:aws:states:eu-central-1:000000000000:stateMachine:one" }
}

run "as_it_comes" {
  command = plan

  assert {
    condition     = toset(keys(aws_sqs_queue.this)) == toset(keys(aws_sqs_queue_policy.this)) && alltrue([for queue in aws_sqs_queue.this : queue.message_retention_seconds == 1209600])
    error_message = "A queue has no policy, or keeps messages for less than 14 days."
  }

  assert {
    condition = alltrue([for rule, target in aws_cloudwatch_event_target.this : alltrue([
      length(target.dead_letter_config) == 1,
      target.retry_policy[0].maximum_retry_attempts == 185,
      target.retry_policy[0].maximum_event_age_in_seconds == 86400,
    ])])
    error_message = "The retries of a rule are unlimited, or undelivered events are lost."
  }

  # Each rule may write to the undelivered-events queue. Only the rule of failed
  # executions may write to the failed-executions queue.
  assert {
    condition     = toset(jsondecode(aws_sqs_queue_policy.this["undelivered-events"].policy).Statement[0].Condition.ArnEquals["aws:SourceArn"]) == toset([for rule in aws_cloudwatch_event_rule.this : "arn:aws:events:eu-central-1:000000000000:rule/${rule.name}"])
    error_message = "A rule has no queue for undelivered events."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue_policy.this["failed-executions"].policy).Statement[0].Condition.ArnEquals["aws:SourceArn"] == "arn:aws:events:eu-central-1:000000000000:rule/triptych-execution-failed"
    error_message = "Another rule than that of failed executions may write to the failed-executions queue."
  }

  # Failed executions of the pipeline are kept for a replay. Failures of every state
  # machine raise an alarm.
  assert {
    condition     = toset(jsondecode(aws_cloudwatch_event_rule.this["execution-failed"].event_pattern).detail.stateMachineArn) == toset([for machine in ["pipeline", "erase", "fail"] : "arn:aws:states:eu-central-1:000000000000:stateMachine:triptych-${machine}"])
    error_message = "Failed executions of the pipeline are not kept."
  }

  assert {
    condition     = alltrue([for machine in keys(aws_sfn_state_machine.this) : contains(keys(aws_cloudwatch_metric_alarm.sum), "${machine}-failed")])
    error_message = "Failures of a state machine raise no alarm."
  }

  assert {
    condition = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.metric), values(aws_cloudwatch_metric_alarm.sum)) :
      alarm.alarm_actions == toset([aws_sns_topic.alarms.arn]) && alarm.ok_actions == toset([aws_sns_topic.alarms.arn]) && alarm.treat_missing_data == "notBreaching"
    ]) && aws_cloudwatch_metric_alarm.cdn.alarm_actions == toset([aws_sns_topic.cdn_alarms.arn])
    error_message = "An alarm has no topic."
  }

  assert {
    condition     = alltrue([for name in ["failed-executions-old", "failed-executions-not-empty", "undelivered-events", "slow"] : contains(keys(aws_cloudwatch_metric_alarm.metric), name)]) && alltrue([for name in ["functions-throttled", "ledger-throttled", "executions-throttled"] : contains(keys(aws_cloudwatch_metric_alarm.sum), name)])
    error_message = "An alarm is missing."
  }

  # CloudWatch bills an alarm by its number of metrics. docs/cost.md and the cost command
  # (cli/internal/cost, Alarms) have the same number.
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.metric) + sum([for alarm in aws_cloudwatch_metric_alarm.sum : length([for query in alarm.metric_query : query if length(query.metric) > 0])]) + 1 == 36
    error_message = "The alarms have another number of metrics than the cost command counts."
  }

  assert {
    condition     = anytrue([for query in aws_cloudwatch_metric_alarm.sum["ledger-throttled"].metric_query : anytrue([for metric in query.metric : try(metric.dimensions.GlobalSecondaryIndexName, "") == "byStatus"])])
    error_message = "Throttling of the ledger's index raises no alarm."
  }

  assert {
    condition     = alltrue([for machine in aws_sfn_state_machine.this : machine.timeouts.delete == "30m"])
    error_message = "A state machine whose executions end is not waited for."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.metric["failed-executions-old"].threshold == 300 && aws_cloudwatch_metric_alarm.metric["slow"].extended_statistic == "p95" && aws_cloudwatch_metric_alarm.metric["slow"].threshold == 60000
    error_message = "An alarm has another threshold than documented."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.cdn.region == "us-east-1" && aws_sns_topic.cdn_alarms.region == "us-east-1"
    error_message = "CloudFront's alarm is not where its metrics are."
  }

  assert {
    condition     = alltrue([for group in concat(values(aws_cloudwatch_log_group.function), values(aws_cloudwatch_log_group.machine)) : group.retention_in_days == 30])
    error_message = "Logs are kept forever."
  }

  assert {
    condition     = alltrue([for name, function in aws_lambda_function.this : function.logging_config[0].log_group == aws_cloudwatch_log_group.function[name].name && function.tracing_config[0].mode == "Active"])
    error_message = "A function logs to a group that Lambda would create, or is not traced."
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.machine : startswith(group.name, "/aws/vendedlogs/states/")])
    error_message = "A machine's log group would make the account's resource policy grow."
  }

  assert {
    condition     = alltrue([for machine in aws_sfn_state_machine.this : machine.type == "STANDARD" && machine.logging_configuration[0].level == "ERROR" && machine.logging_configuration[0].include_execution_data && machine.tracing_configuration[0].enabled])
    error_message = "A machine is not of the type that can be redriven, or not logged or traced."
  }

  # The retries of every Task of every state machine are limited.
  assert {
    condition = alltrue(flatten([for machine in aws_sfn_state_machine.this : [
      for state in concat(
        values(jsondecode(machine.definition).States),
        flatten([for s in values(jsondecode(machine.definition).States) : values(try(s.ItemProcessor.States, {}))]),
      ) :
      state.Type != "Task" || (
        can(state.TimeoutSeconds) && length(try(state.Retry, [])) > 0 && alltrue([for r in try(state.Retry, []) : try(r.MaxAttempts, 1001) <= (contains(r.ErrorEquals, "PurgePending") ? 1000 : 160) && (r.MaxAttempts == 0 || can(r.MaxDelaySeconds))])
      )
    ]]))
    error_message = "The retries of a Task are unlimited, or it has no timeout."
  }

  assert {
    condition     = alltrue([for machine in aws_sfn_state_machine.this : can(jsondecode(machine.definition).TimeoutSeconds) && !strcontains(machine.definition, "$${")])
    error_message = "A state machine has no timeout, or a placeholder without a value."
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.this : function.runtime == "provided.al2023" && function.architectures == tolist(["x86_64"]) && function.publish && function.memory_size >= 512 && function.reserved_concurrent_executions == -1])
    error_message = "A function is not deployed as documented."
  }

  assert {
    condition     = alltrue([for name, function in aws_lambda_function.this : function.source_code_hash == filebase64sha256("../build/functions/${name}.zip")])
    error_message = "A package is not the one that `make build` made."
  }

  assert {
    condition     = alltrue([for name, alias in aws_lambda_alias.this : alias.name == "live" && alias.function_version == "7"])
    error_message = "An alias does not follow its function."
  }

  assert {
    condition     = aws_dynamodb_table.ledger.billing_mode == "PAY_PER_REQUEST" && aws_dynamodb_table.ledger.ttl[0].enabled
    error_message = "The ledger is provisioned, or keeps everything."
  }

  assert {
    condition     = aws_cloudfront_cache_policy.pictures.min_ttl == 0 && aws_cloudfront_distribution.this.http_version == "http2and3" && alltrue([for e in aws_cloudfront_distribution.this.custom_error_response : e.error_caching_min_ttl <= 10])
    error_message = "The manifest or an error is cached for too long, or HTTP/3 is off."
  }

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets) == 12 && alltrue([for w in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : length(w.properties.metrics) > 0])
    error_message = "The dashboard is incomplete."
  }
}

run "on_arm" {
  command = plan

  variables {
    architecture = "arm64"
    functions    = { resize = { memory_mb = 1769, reserved_concurrency = 50 } }
    alarms       = { emails = ["a@example.org", "b@example.org"] }
  }

  assert {
    condition     = alltrue([for name, function in aws_lambda_function.this : function.architectures == tolist(["arm64"]) && function.source_code_hash == filebase64sha256("../build/functions/${name}-arm64.zip")])
    error_message = "A package is not for the functions' processor."
  }

  assert {
    condition     = aws_lambda_function.this["resize"].memory_size == 1769 && aws_lambda_function.this["resize"].reserved_concurrent_executions == 50 && aws_lambda_function.this["record"].memory_size == 512
    error_message = "The settings of a function are not used."
  }

  assert {
    condition     = length(aws_sns_topic_subscription.alarms) == 2 && length(aws_sns_topic_subscription.cdn_alarms) == 2
    error_message = "An address is not subscribed to all alarms."
  }
}

run "under_another_name" {
  command = plan

  variables {
    stack = "other"
  }

  assert {
    condition = alltrue([for name in concat(
      [for r in aws_s3_bucket.this : r.bucket], [for r in aws_lambda_function.this : r.function_name], [for r in aws_sfn_state_machine.this : r.name],
      [for r in aws_iam_role.function : r.name], [for r in aws_iam_role.machine : r.name], [aws_iam_role.events.name],
      [for r in aws_cloudwatch_event_rule.this : r.name], [for r in aws_sqs_queue.this : r.name], [aws_dynamodb_table.ledger.name],
      [for r in aws_cloudfront_function.this : r.name], [for r in aws_cloudfront_origin_access_control.this : r.name],
      [aws_cloudfront_cache_policy.pictures.name, aws_cloudfront_response_headers_policy.this.name],
      [for r in aws_cloudwatch_metric_alarm.metric : r.alarm_name], [for r in aws_cloudwatch_metric_alarm.sum : r.alarm_name], [aws_cloudwatch_metric_alarm.cdn.alarm_name],
      [aws_sns_topic.alarms.name, aws_sns_topic.cdn_alarms.name],
    ) : startswith(name, "other-")])
    error_message = "A name does not contain the stack: a second stack could not be created."
  }

  assert {
    condition     = aws_ssm_parameter.directory.name == "/triptych/other" && aws_cloudwatch_dashboard.this.dashboard_name == "other" && alltrue([for function in aws_lambda_function.this : function.environment[0].variables.TRIPTYCH_STACK == "other"])
    error_message = "The stack is not found by its name."
  }
}
