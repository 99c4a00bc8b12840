# The account, the region, and the names of all resources. ARNs are built from the names,
# and are not read from the resources. This has three advantages:
#
# - Policies, event patterns and state machine definitions can name resources that do not
#   exist yet.
# - There are no dependency cycles.
# - A plan shows the final values before any resource is created.
data "aws_caller_identity" "current" {}

# CloudFront, its functions, and WAF for CloudFront are in us-east-1 of AWS's commercial
# partition. China and GovCloud do not have these services. The check makes the plan fail.
# Without the check, the apply would fail after it has created some of the resources.
data "aws_partition" "current" {
  lifecycle {
    postcondition {
      condition     = self.partition == "aws"
      error_message = "Triptych needs CloudFront with functions in the same account, which exists only in the commercial regions of AWS: the partition ${self.partition} (China, GovCloud) is not supported."
    }
  }
}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.region

  tags = merge(var.tags, { "triptych:stack" = var.stack })

  # The prefix of the ARNs of a service in this region.
  arn = { for service in ["dynamodb", "events", "kms", "lambda", "logs", "sns", "sqs", "ssm", "states"] :
    service => "arn:${local.partition}:${service}:${local.region}:${local.account}"
  }

  # The bucket names contain the account, because bucket names are global in AWS.
  buckets = { for bucket in ["uploads", "variants"] : bucket => "${var.stack}-${bucket}-${local.account}" }

  bucket_arns   = { for bucket, name in local.buckets : bucket => "arn:${local.partition}:s3:::${name}" }
  queue_arns    = { for queue in ["failed-executions", "undelivered-events"] : queue => "${local.arn.sqs}:${var.stack}-${queue}" }
  machine_arns  = { for machine in keys(local.machines) : machine => "${local.arn.states}:stateMachine:${var.stack}-${machine}" }
  rule_arns     = { for rule in keys(local.rules) : rule => "${local.arn.events}:rule/${var.stack}-${rule}" }
  function_arns = { for function in keys(local.functions) : function => "${local.arn.lambda}:function:${var.stack}-${function}" }
  alias_arns    = { for function, arn in local.function_arns : function => "${arn}:${local.alias}" }
  ledger_arn    = "${local.arn.dynamodb}:table/${var.stack}-ledger"
  event_bus_arn = "${local.arn.events}:event-bus/default"

  # The region of CloudFront and of its firewall, certificates and metrics. The other
  # resources may be in another region.
  cdn_region = "us-east-1"

  # The recipe (the list of variants to make): as text, for the definitions of the state
  # machines, and decoded, for Terraform.
  recipe_text = file(coalesce(var.recipe_file, "${path.module}/../shared/recipe/default.json"))
  recipe      = jsondecode(local.recipe_text)
}

# The names that a client needs. `triptych --stack` reads this parameter. The JSON has the
# fields of the type Stack in shared/config.
resource "aws_ssm_parameter" "directory" {
  name        = "/triptych/${var.stack}"
  description = "The resource names of the Triptych stack ${var.stack}."
  type        = "String"
  tags        = local.tags

  value = jsonencode({
    stack                     = var.stack
    region                    = local.region
    uploadsBucket             = aws_s3_bucket.this["uploads"].bucket
    variantsBucket            = aws_s3_bucket.this["variants"].bucket
    ledgerTable               = aws_dynamodb_table.ledger.name
    pipelineArn               = aws_sfn_state_machine.this["pipeline"].arn
    eraseArn                  = aws_sfn_state_machine.this["erase"].arn
    failArn                   = aws_sfn_state_machine.this["fail"].arn
    backfillArn               = aws_sfn_state_machine.this["backfill"].arn
    distributionId            = aws_cloudfront_distribution.this.id
    cdn                       = local.cdn_url
    failedExecutionsQueueUrl  = aws_sqs_queue.this["failed-executions"].url
    undeliveredEventsQueueUrl = aws_sqs_queue.this["undelivered-events"].url
    signingKeyIds             = [for key in aws_cloudfront_public_key.this : key.id]
    signedViewing             = var.signing.viewing
  })
}
