locals {
  # The state machines call functions by this alias. So new code needs no new definition,
  # and a redrive runs the corrected code.
  alias = "live"

  # Memory and time limits; the emulator reads the same file.
  functions = { for name, settings in jsondecode(file("${path.module}/functions.json")) : name => {
    timeout_seconds      = settings.timeoutSeconds
    memory_mb            = coalesce(try(var.functions[name].memory_mb, null), settings.memoryMB)
    reserved_concurrency = coalesce(try(var.functions[name].reserved_concurrency, null), -1) # -1: no reservation
    package              = "${coalesce(var.packages_dir, "${path.module}/../build/functions")}/${name}${var.architecture == "arm64" ? "-arm64" : ""}.zip"
  } }
}

resource "aws_lambda_function" "this" {
  for_each = local.functions

  function_name                  = "${var.stack}-${each.key}"
  description                    = "Triptych: ${each.key}. The source is functions/${each.key}."
  role                           = aws_iam_role.function[each.key].arn
  runtime                        = "provided.al2023"
  handler                        = "bootstrap"
  architectures                  = [var.architecture]
  filename                       = each.value.package
  source_code_hash               = filebase64sha256(each.value.package)
  memory_size                    = each.value.memory_mb
  timeout                        = each.value.timeout_seconds
  reserved_concurrent_executions = each.value.reserved_concurrency
  kms_key_arn                    = local.key_arn # for the environment, which has names and no secrets
  publish                        = true
  tags                           = local.tags

  environment {
    variables = {
      TRIPTYCH_STACK           = var.stack
      TRIPTYCH_UPLOADS_BUCKET  = aws_s3_bucket.this["uploads"].bucket
      TRIPTYCH_VARIANTS_BUCKET = aws_s3_bucket.this["variants"].bucket
      TRIPTYCH_LEDGER_TABLE    = aws_dynamodb_table.ledger.name
      TRIPTYCH_EVENT_BUS       = "default"
      TRIPTYCH_CDN             = local.cdn_url
    }
  }

  logging_config {
    log_format = "JSON" # for Lambda's own lines; the function's lines are JSON anyway
    log_group  = aws_cloudwatch_log_group.function[each.key].name
  }

  tracing_config {
    mode = "Active"
  }

  # A function that starts before its role has its permissions would fail its first
  # events.
  depends_on = [aws_iam_role_policy.function]
}

resource "aws_lambda_alias" "this" {
  for_each = local.functions

  name             = local.alias
  description      = "The alias that the state machines invoke."
  function_name    = aws_lambda_function.this[each.key].function_name
  function_version = aws_lambda_function.this[each.key].version
}

# The log groups are created before the functions. Lambda would create groups that keep
# logs forever.
resource "aws_cloudwatch_log_group" "function" {
  for_each = local.functions

  name              = "/aws/lambda/${var.stack}-${each.key}"
  retention_in_days = var.logs.retention_days
  kms_key_id        = local.key_arn
  tags              = local.tags

  depends_on = [aws_kms_key_policy.this] # CloudWatch checks the key at once
}
