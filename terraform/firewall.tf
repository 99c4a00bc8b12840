locals {
  # AWS WAF only writes to log groups with this prefix.
  firewall_log     = "aws-waf-logs-${var.stack}"
  firewall_log_arn = "arn:${local.partition}:logs:${local.cdn_region}:${local.account}:log-group:${local.firewall_log}"
}

# AWS WAF for the distribution, if it is enabled: Amazon's common rules, and a limit for
# the requests from one address. The rules that inspect bodies only count, because uploads
# are photos, whose bytes may match any rule.
resource "aws_wafv2_web_acl" "this" {
  count = var.cdn.firewall == null ? 0 : 1

  region      = local.cdn_region
  name        = var.stack
  description = "The CDN of the Triptych stack ${var.stack}."
  scope       = "CLOUDFRONT"
  tags        = local.tags

  default_action {
    allow {}
  }

  # The rules are in the format of the API, because the provider's blocks have at most
  # three levels of statements.
  rule_json = templatefile("${path.module}/edge/firewall.json", {
    stack                  = var.stack
    requests_per_5_minutes = var.cdn.firewall.requests_per_5_minutes
  })

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.stack
    sampled_requests_enabled   = true
  }

  # The name is fixed: only a change of the name or of the scope, which is constant,
  # forces a replacement.
  lifecycle {
    create_before_destroy = true # the distribution removes its reference first
  }
}

# The log has the requests that the firewall blocked, and those that a rule only counted.
# No other place shows whether a rule affects real users. Other requests are not logged.
resource "aws_cloudwatch_log_group" "firewall" {
  count = var.cdn.firewall == null ? 0 : 1

  region            = local.cdn_region
  name              = local.firewall_log
  retention_in_days = var.logs.retention_days
  kms_key_id        = local.cdn_key_arn
  tags              = local.tags
}

resource "aws_wafv2_web_acl_logging_configuration" "this" {
  count = var.cdn.firewall == null ? 0 : 1

  region                  = local.cdn_region
  resource_arn            = aws_wafv2_web_acl.this[0].arn
  log_destination_configs = [aws_cloudwatch_log_group.firewall[0].arn]

  logging_filter {
    default_behavior = "DROP"

    filter {
      behavior    = "KEEP"
      requirement = "MEETS_ANY"

      dynamic "condition" {
        for_each = ["BLOCK", "COUNT", "EXCLUDED_AS_COUNT"] # the last value: counted by an override of a managed rule

        content {
          action_condition {
            action = condition.value
          }
        }
      }
    }
  }

  # Signed URLs and cookies are valid for anyone who reads them.
  redacted_fields {
    query_string {}
  }

  redacted_fields {
    single_header {
      name = "cookie"
    }
  }
}
