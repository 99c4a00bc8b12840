locals {
  # AWS WAF writes logs only to log groups whose names begin with aws-waf-logs-.
  firewall_log     = "aws-waf-logs-${var.stack}"
  firewall_log_arn = "arn:${local.partition}:logs:${local.cdn_region}:${local.account}:log-group:${local.firewall_log}"
}

# The AWS WAF of the distribution, if var.cdn.firewall enables it. It has AWS's common
# rules, and a limit for the requests from one IP address. Some rules inspect the bodies of
# requests. These rules count requests and do not block them, because the bodies are photos,
# and the bytes of a photo may match any rule.
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

  # AWS refuses to delete a firewall that the distribution uses. With this setting,
  # Terraform updates the distribution first. The old and the new firewall never have the
  # same name: the scope is constant, so only a change of the name forces a replacement.
  lifecycle {
    create_before_destroy = true
  }
}

# The log contains the requests that the firewall blocked, and the requests that a rule
# counted without blocking them. Other requests are not logged. Only this log shows whether
# a rule affects real users.
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
        # EXCLUDED_AS_COUNT: a managed rule matched, but an override changed its action to count.
        for_each = ["BLOCK", "COUNT", "EXCLUDED_AS_COUNT"]

        content {
          action_condition {
            action = condition.value
          }
        }
      }
    }
  }

  # The log does not contain query strings and cookies, because anyone who reads a signed
  # URL or cookie can use it.
  redacted_fields {
    query_string {}
  }

  redacted_fields {
    single_header {
      name = "cookie"
    }
  }
}
