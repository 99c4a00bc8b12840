output "cdn_url" {
  description = "The URL of the CDN. It serves {cdn_url}/{key}/-/{version}/{variant}.jpg, and {cdn_url}/{key}/-/manifest.json."
  value       = local.cdn_url
}

output "uploads_bucket" {
  description = "The bucket for originals: the pipeline processes every upload to it."
  value       = aws_s3_bucket.this["uploads"].bucket
}

output "uploads_bucket_arn" {
  description = "For the policy of an uploader: s3:PutObject on {arn}/*."
  value       = aws_s3_bucket.this["uploads"].arn
}

output "variants_bucket" {
  description = "The bucket behind the CDN: masters, variants and manifests."
  value       = aws_s3_bucket.this["variants"].bucket
}

output "ledger_table" {
  description = "The DynamoDB table with the state of every upload."
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
  description = "The distribution's domain name, for a CNAME record if cdn.domain has certificate_arn."
  value       = aws_cloudfront_distribution.this.domain_name
}

output "signing_key_ids" {
  description = "CloudFront's ids of the public keys: `triptych sign` needs the id of the key that signs."
  value       = { for name, key in aws_cloudfront_public_key.this : name => key.id }
}

output "alarms_topic_arn" {
  description = "The SNS topic of the alarms, for subscriptions other than e-mail."
  value       = aws_sns_topic.alarms.arn
}

output "kms_key_arn" {
  description = "The stack's own key, or null. Principals that upload or read originals need kms:GenerateDataKey and kms:Decrypt on it."
  value       = local.key_arn
}

output "dashboard" {
  description = "The name of the CloudWatch dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}
