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
  target = aws_s3_bucket.this
  values = { id = "bucket", bucket_regional_domain_name = "bucket.s3.eu-central-1.amazonaws.com" }
}

override_resource {
  target = aws_cloudfront_origin_access_control.this
  values = { id = "E2EXAMPLE" }
}

override_resource {
  target = aws_kms_key.this
  values = { arn = "arn:aws:kms:eu-central-1:000000000000:key/11111111-2222-3333-4444-555555555555" }
}

override_resource {
  target = aws_kms_key.cdn
  values = { arn = "arn:aws:kms:us-east-1:000000000000:key/66666666-7777-8888-9999-000000000000" }
}

override_resource {
  target = aws_cloudwatch_log_group.firewall
  values = { arn = "arn:aws:logs:us-east-1:000000000000:log-group:aws-waf-logs-triptych" }
}

override_resource {
  target = aws_cloudfront_key_group.this
  values = { id = "key-group" }
}

override_resource {
  target = aws_wafv2_web_acl.this
  values = { arn = "arn:aws:wafv2:us-east-1:000000000000:global/webacl/triptych/1" }
}

run "as_it_comes" {
  command = plan

  assert {
    condition = alltrue([for bucket in ["uploads", "variants"] : alltrue([
      aws_s3_bucket_public_access_block.this[bucket].block_public_acls,
      aws_s3_bucket_public_access_block.this[bucket].block_public_policy,
      aws_s3_bucket_public_access_block.this[bucket].ignore_public_acls,
      aws_s3_bucket_public_access_block.this[bucket].restrict_public_buckets,
      aws_s3_bucket_ownership_controls.this[bucket].rule[0].object_ownership == "BucketOwnerEnforced",
    ])])
    error_message = "A bucket could be public, or has ACLs."
  }

  assert {
    condition     = toset(keys(aws_s3_bucket.this)) == toset(keys(aws_s3_bucket_policy.this)) && toset(keys(aws_s3_bucket.this)) == toset(keys(aws_s3_bucket_server_side_encryption_configuration.this))
    error_message = "A bucket has no policy, or no encryption."
  }

  assert {
    condition = alltrue([for policy in aws_s3_bucket_policy.this : alltrue([
      anytrue([for s in jsondecode(policy.policy).Statement : s.Effect == "Deny" && s.Principal == "*" && s.Action == "s3:*" && length(s.Resource) == 2 && try(s.Condition.Bool["aws:SecureTransport"], "") == "false"]),
      anytrue([for s in jsondecode(policy.policy).Statement : s.Effect == "Deny" && s.Principal == "*" && s.Action == "s3:*" && length(s.Resource) == 2 && try(s.Condition.NumericLessThan["s3:TlsVersion"], "") == "1.2"]),
    ])])
    error_message = "A bucket can be reached without TLS, or with an old version of TLS."
  }

  assert {
    condition     = alltrue([for e in aws_s3_bucket_server_side_encryption_configuration.this : one([for r in e.rule : r.apply_server_side_encryption_by_default[0].sse_algorithm]) == "AES256"])
    error_message = "A bucket is not encrypted."
  }

  assert {
    condition     = alltrue([for queue in aws_sqs_queue.this : queue.sqs_managed_sse_enabled])
    error_message = "A queue is not encrypted."
  }

  # Only this distribution, and this account's rules and alarms, have access from outside.
  assert {
    condition = alltrue(flatten([
      for policy in concat(
        [for p in aws_s3_bucket_policy.this : p.policy], [for p in aws_sqs_queue_policy.this : p.policy],
        [aws_sns_topic_policy.alarms.policy, aws_sns_topic_policy.cdn_alarms.policy],
      ) :
      [for s in jsondecode(policy).Statement : s.Effect == "Deny" || (
        try(s.Principal.Service, "") != "" && anytrue([for operator in ["ArnEquals", "ArnLike"] : can(s.Condition[operator]["aws:SourceArn"])])
      )]
    ]))
    error_message = "The policy of a resource allows a principal that is not a service with a source of this stack."
  }

  assert {
    condition = alltrue(flatten([
      for policy in concat(
        [for p in aws_iam_role_policy.function : p.policy], [for p in aws_iam_role_policy.machine : p.policy], [aws_iam_role_policy.events.policy],
        [for p in aws_s3_bucket_policy.this : p.policy], [for p in aws_sqs_queue_policy.this : p.policy],
      ) :
      [for s in jsondecode(policy).Statement : [for action in flatten([s.Action]) : s.Effect == "Deny" || !strcontains(action, "*")]]
    ]))
    error_message = "A policy allows actions by a wildcard."
  }

  # Deliveries of logs and traces have no resource that a policy can name (Service
  # Authorization Reference).
  assert {
    condition = alltrue(flatten([
      for policy in concat([for p in aws_iam_role_policy.function : p], [for p in aws_iam_role_policy.machine : p], [aws_iam_role_policy.events]) :
      [for s in jsondecode(policy.policy).Statement : [for resource in flatten([s.Resource]) : resource != "*" || contains(["xray", "machine-xray", "machine-logs"], policy.name)]]
    ]))
    error_message = "A role has permissions on all resources."
  }

  assert {
    condition = toset(flatten([for s in jsondecode(aws_iam_role_policy.machine["pipeline/machine-pipeline"].policy).Statement : s.Resource])) == toset([
      for f in ["validate", "sanitize", "resize", "record"] : "arn:aws:lambda:eu-central-1:000000000000:function:triptych-${f}:live"
    ])
    error_message = "The pipeline may invoke something other than the aliases of its four functions."
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.machine : toset(jsondecode(role.assume_role_policy).Statement[0].Condition.ArnEquals["aws:SourceArn"]) == toset([for part in ["", "/*"] : "arn:aws:states:eu-central-1:000000000000:stateMachine:${trimsuffix(role.name, "-machine")}${part}"])])
    error_message = "Another state machine can assume the role of a state machine."
  }

  # Without a key nothing can be signed, so signed uploads are off.
  assert {
    condition = alltrue([
      length(aws_cloudfront_distribution.this.ordered_cache_behavior) == 0,
      [for origin in aws_cloudfront_distribution.this.origin : origin.origin_id] == ["variants"],
      !contains(keys(aws_cloudfront_function.this), "upload"),
      !strcontains(aws_s3_bucket_policy.this["uploads"].policy, "cloudfront"),
      length(aws_cloudfront_key_group.this) == 0,
    ])
    error_message = "The uploads bucket can be reached although there is no public key."
  }

  assert {
    condition     = alltrue([for origin in aws_cloudfront_distribution.this.origin : origin.origin_access_control_id == "E2EXAMPLE" && length(origin.custom_origin_config) == 0])
    error_message = "An origin has no origin access control."
  }

  assert {
    condition     = aws_cloudfront_distribution.this.default_cache_behavior[0].viewer_protocol_policy == "https-only" && !contains(aws_cloudfront_distribution.this.default_cache_behavior[0].allowed_methods, "PUT")
    error_message = "The CDN answers over HTTP, or accepts writes."
  }

  assert {
    condition     = toset([for f in aws_cloudfront_distribution.this.default_cache_behavior[0].function_association : f.event_type]) == toset(["viewer-request"]) && keys(aws_cloudfront_function.this) == ["viewer"]
    error_message = "The viewer-request function does not run, or a viewer-response function runs where no recipe needs it."
  }

  assert {
    condition     = aws_cloudfront_response_headers_policy.this.security_headers_config[0].strict_transport_security[0].access_control_max_age_sec >= 31536000 && strcontains(aws_cloudfront_response_headers_policy.this.security_headers_config[0].content_security_policy[0].content_security_policy, "sandbox")
    error_message = "Images are served without HSTS, or without a Content-Security-Policy."
  }

  assert {
    condition     = aws_s3_bucket_versioning.uploads.versioning_configuration[0].status == "Enabled" && aws_s3_bucket_notification.uploads.eventbridge
    error_message = "Uploads have no versions, or no events."
  }

  assert {
    condition     = aws_dynamodb_table.ledger.deletion_protection_enabled && aws_dynamodb_table.ledger.point_in_time_recovery[0].enabled && !aws_s3_bucket.this["uploads"].force_destroy && !aws_s3_bucket.this["variants"].force_destroy
    error_message = "The ledger or the originals can be destroyed by mistake."
  }
}

run "with_a_recipe_of_two_formats" {
  command = plan

  variables {
    recipe_file = "tests/auto-recipe.json"
  }

  assert {
    condition     = toset([for f in aws_cloudfront_distribution.this.default_cache_behavior[0].function_association : f.event_type]) == toset(["viewer-request", "viewer-response"])
    error_message = "Variants of two formats are served without Vary."
  }
}

# The plan fails in partitions that have no CloudFront with functions.
run "in_china" {
  command         = plan
  expect_failures = [data.aws_partition.current]

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-cn" }
  }
}

run "in_govcloud" {
  command         = plan
  expect_failures = [data.aws_partition.current]

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-us-gov" }
  }
}

# A PEM with or without its last newline is the same key. Another key has another name,
# because the old key is deleted after the new one exists.
run "with_a_key_without_a_newline" {
  command = plan

  variables {
    signing = { public_keys = { one = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----" } }
  }

  assert {
    condition     = aws_cloudfront_public_key.this["one"].encoded_key == "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n" && aws_cloudfront_public_key.this["one"].name == "triptych-one-${substr(sha256("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"), 0, 8)}"
    error_message = "The public key would be replaced on every apply, or its replacement has its name."
  }
}

run "with_another_key_of_the_same_label" {
  command = plan

  variables {
    signing = { public_keys = { one = "-----BEGIN PUBLIC KEY-----\nBBBB\n-----END PUBLIC KEY-----\n\n" } }
  }

  assert {
    condition     = endswith(aws_cloudfront_public_key.this["one"].encoded_key, "-----\n") && !endswith(aws_cloudfront_public_key.this["one"].encoded_key, "\n\n") && !endswith(aws_cloudfront_public_key.this["one"].name, substr(sha256("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"), 0, 8))
    error_message = "Another key has the name of the one that it replaces."
  }
}

run "with_keys_a_domain_and_a_key" {
  command = plan

  variables {
    signing = {
      viewing = true
      # The texts have the right form; nothing here signs or verifies.
      public_keys = {
        "2026-01" = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
        "2026-07" = "-----BEGIN PUBLIC KEY-----\nBBBB\n-----END PUBLIC KEY-----\n"
      }
    }
    customer_managed_key = true
    cdn = {
      domain   = { name = "images.example.org", certificate_arn = "arn:aws:acm:us-east-1:000000000000:certificate/1" }
      firewall = {}
    }
  }

  assert {
    condition     = alltrue([for behavior in aws_cloudfront_distribution.this.ordered_cache_behavior : behavior.path_pattern == "/-/upload/*" && behavior.trusted_key_groups == tolist(["key-group"]) && behavior.viewer_protocol_policy == "https-only"]) && length(aws_cloudfront_distribution.this.ordered_cache_behavior) == 1
    error_message = "Uploads are not signed, or not over TLS."
  }

  assert {
    condition     = aws_cloudfront_distribution.this.default_cache_behavior[0].trusted_key_groups == tolist(["key-group"])
    error_message = "Images can be viewed without a signature, although signing.viewing is true."
  }

  assert {
    condition     = length([for origin in aws_cloudfront_distribution.this.origin : origin if origin.origin_access_control_id == "E2EXAMPLE" && length(origin.custom_origin_config) == 0]) == 2
    error_message = "An origin has no origin access control."
  }

  assert {
    condition = [for s in jsondecode(aws_s3_bucket_policy.this["uploads"].policy).Statement : s.Action if s.Effect == "Allow"] == ["s3:PutObject"] && alltrue([
      for s in jsondecode(aws_s3_bucket_policy.this["uploads"].policy).Statement : s.Condition.ArnEquals["aws:SourceArn"] == "arn:aws:cloudfront::000000000000:distribution/E1EXAMPLE" if s.Effect == "Allow"
    ])
    error_message = "The distribution has more permissions on uploads than PutObject."
  }

  assert {
    condition     = aws_cloudfront_distribution.this.viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021" && !aws_cloudfront_distribution.this.viewer_certificate[0].cloudfront_default_certificate
    error_message = "The domain can be reached with an old version of TLS."
  }

  assert {
    condition     = aws_wafv2_web_acl.this[0].region == "us-east-1" && aws_wafv2_web_acl.this[0].scope == "CLOUDFRONT" && aws_cloudfront_distribution.this.web_acl_id == aws_wafv2_web_acl.this[0].arn
    error_message = "The CDN has no firewall."
  }

  assert {
    condition = alltrue(concat(
      [for e in aws_s3_bucket_server_side_encryption_configuration.this : one([for r in e.rule : r.apply_server_side_encryption_by_default[0].kms_master_key_id]) == aws_kms_key.this[0].arn],
      [for queue in aws_sqs_queue.this : queue.kms_master_key_id == aws_kms_key.this[0].arn],
      [for group in aws_cloudwatch_log_group.function : group.kms_key_id == aws_kms_key.this[0].arn],
      [for group in aws_cloudwatch_log_group.machine : group.kms_key_id == aws_kms_key.this[0].arn],
      [aws_dynamodb_table.ledger.server_side_encryption[0].kms_key_arn == aws_kms_key.this[0].arn, aws_sns_topic.alarms.kms_master_key_id == aws_kms_key.this[0].arn, aws_kms_key.this[0].enable_key_rotation],
    ))
    error_message = "Something is not encrypted by the stack's own key."
  }

  assert {
    condition = alltrue([
      aws_kms_key.cdn[0].region == "us-east-1", aws_kms_key.cdn[0].enable_key_rotation,
      aws_sns_topic.cdn_alarms.kms_master_key_id == aws_kms_key.cdn[0].arn,
      aws_cloudwatch_log_group.firewall[0].kms_key_id == aws_kms_key.cdn[0].arn,
    ])
    error_message = "Something of the CDN's in us-east-1 is not encrypted by the stack's own key."
  }

  assert {
    condition = alltrue([for s in jsondecode(aws_kms_key.cdn[0].policy).Statement :
      can(s.Principal.AWS) ? s.Principal.AWS == "arn:aws:iam::000000000000:root" : can(s.Condition) && alltrue([for action in s.Action : !strcontains(action, "*")])
    ])
    error_message = "The policy of the key in us-east-1 allows a service without a source of this stack, or has a wildcard."
  }

  assert {
    condition = alltrue([
      aws_wafv2_web_acl_logging_configuration.this[0].region == "us-east-1",
      aws_wafv2_web_acl_logging_configuration.this[0].resource_arn == aws_wafv2_web_acl.this[0].arn,
      tolist(aws_wafv2_web_acl_logging_configuration.this[0].log_destination_configs) == tolist([aws_cloudwatch_log_group.firewall[0].arn]),
      startswith(aws_cloudwatch_log_group.firewall[0].name, "aws-waf-logs-"),
      aws_wafv2_web_acl_logging_configuration.this[0].logging_filter[0].default_behavior == "DROP",
    ])
    error_message = "Requests that the firewall blocks are not logged, or all requests are."
  }

  assert {
    condition = alltrue([
      length([for field in aws_wafv2_web_acl_logging_configuration.this[0].redacted_fields : field if length(field.query_string) == 1]) == 1,
      length([for field in aws_wafv2_web_acl_logging_configuration.this[0].redacted_fields : field if try(field.single_header[0].name, "") == "cookie"]) == 1,
    ])
    error_message = "The firewall's log has signed URLs or cookies."
  }

  # In the policy of the key, only the statements for the account and for EventBridge have
  # no condition. With a wrong condition, undelivered events would be lost.
  assert {
    condition = alltrue([for s in jsondecode(aws_kms_key_policy.this[0].policy).Statement :
      can(s.Principal.AWS) ? s.Principal.AWS == "arn:aws:iam::000000000000:root" : can(s.Condition) == (s.Principal.Service != "events.amazonaws.com") && alltrue([for action in s.Action : !strcontains(action, "*")])
    ])
    error_message = "The key's policy allows a service without a source of this stack, or has a wildcard."
  }

  assert {
    condition     = alltrue([for function in keys(aws_lambda_function.this) : contains(keys(aws_iam_role_policy.function), "${function}/kms")])
    error_message = "A function cannot use the key."
  }
}
