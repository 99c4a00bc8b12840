# AWS WAF before the distribution, where it is wanted: Amazon's common rules, and a
# limit on what one address may ask. The rules that look into bodies only count: what
# is sent here are photos, whose bytes look like anything.
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

  # In the API's own words: the provider's blocks end three statements deep.
  rule_json = templatefile("${path.module}/edge/firewall.json", {
    stack                  = var.stack
    requests_per_5_minutes = var.cdn.firewall.requests_per_5_minutes
  })

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.stack
    sampled_requests_enabled   = true
  }

  # A fixed name: nothing but the name and the scope, which is constant, forces a replacement.
  lifecycle {
    create_before_destroy = true # the distribution lets go of it first
  }
}
