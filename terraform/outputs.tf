output "cdn_url" {
  description = "Where the pictures are: {cdn_url}/{key}/-/{version}/{variant}.jpg, and {cdn_url}/{key}/-/manifest.json."
  value       = local.cdn_url
}

output "uploads_bucket" {
  description = "The bucket that takes originals: whatever is put here goes through the pipeline."
  value       = aws_s3_bucket.this["uploads"].bucket
}

output "uploads_bucket_arn" {
  description = "For the policy of whoever uploads: s3:PutObject on {arn}/*."
  value       = aws_s3_bucket.this["uploads"].arn
}

output "variants_bucket" {
  description = "The bucket behind the CDN: masters, variants and manifests."
  value       = aws_s3_bucket.this["variants"].bucket
}

output "ledger_table" {
  description = "The DynamoDB table of what became of every upload."
  value       = aws_dynamodb_table.ledger.name
}

output "state_machine_arns" {
  description = "The state machines by name."
  value       = { for machine, made in aws_sfn_state_machine.this : machine => made.arn }
}

output "rule_names" {
  description = "The EventBridge rules: `make destroy` disables them before it empties the buckets."
  value       = sort([for rule in aws_cloudwatch_event_rule.this : rule.name])
}

output "queue_urls" {
  description = "The queues of failed executions (failed-executions) and of events that could not be delivered (undelivered-events)."
  value       = { for queue, made in aws_sqs_queue.this : queue => made.url }
}

output "distribution_id" {
  description = "The CloudFront distribution."
  value       = aws_cloudfront_distribution.this.id
}

output "distribution_domain_name" {
  description = "The distribution's own name, for a CNAME record where cdn.domain has a certificate of yours."
  value       = aws_cloudfront_distribution.this.domain_name
}

output "signing_key_ids" {
  description = "What CloudFront calls the public keys: `triptych sign` needs the id of the one whose private key signs."
  value       = { for name, key in aws_cloudfront_public_key.this : name => key.id }
}

output "alarms_topic_arn" {
  description = "The SNS topic that alarms go to, for subscriptions other than e-mail."
  value       = aws_sns_topic.alarms.arn
}

output "kms_key_arn" {
  description = "The stack's own key, or null: whoever uploads or reads originals needs kms:GenerateDataKey and kms:Decrypt on it."
  value       = local.key_arn
}

output "dashboard" {
  description = "The name of the CloudWatch dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}
