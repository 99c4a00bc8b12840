# A custom domain for the CDN. If its zone is given, the certificate and the records are
# created here.
locals {
  made_certificate = try(local.domain.zone_id, null) != null
  certificate_arn  = local.made_certificate ? aws_acm_certificate_validation.this[0].certificate_arn : try(local.domain.certificate_arn, null)

  # The certificate has one name, so its validation needs one record.
  proof = local.made_certificate ? one(aws_acm_certificate.this[0].domain_validation_options) : null
}

resource "aws_acm_certificate" "this" {
  count = local.made_certificate ? 1 : 0

  region            = local.cdn_region
  domain_name       = local.domain.name
  validation_method = "DNS"
  tags              = local.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "proof" {
  count = local.made_certificate ? 1 : 0

  zone_id         = local.domain.zone_id
  name            = local.proof.resource_record_name
  type            = local.proof.resource_record_type
  records         = [local.proof.resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "this" {
  count = local.made_certificate ? 1 : 0

  region                  = local.cdn_region
  certificate_arn         = aws_acm_certificate.this[0].arn
  validation_record_fqdns = aws_route53_record.proof[*].fqdn
}

resource "aws_route53_record" "cdn" {
  for_each = toset(local.made_certificate ? ["A", "AAAA"] : [])

  zone_id = local.domain.zone_id
  name    = local.domain.name
  type    = each.value

  alias {
    name                   = aws_cloudfront_distribution.this.domain_name
    zone_id                = aws_cloudfront_distribution.this.hosted_zone_id
    evaluate_target_health = false
  }
}
