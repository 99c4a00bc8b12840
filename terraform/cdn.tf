locals {
  signed  = length(var.signing.public_keys) > 0 # URLs can be signed only if there is a key
  domain  = var.cdn.domain
  cdn_url = "https://${local.domain == null ? aws_cloudfront_distribution.this.domain_name : local.domain.name}"

  # The variables of the edge functions.
  edge_variables = {
    max_upload_bytes = try(local.recipe.limits.maxBytes, 50 * 1024 * 1024) # the limits of a recipe are optional; see shared/recipe
  }

  # A variant of format `auto` is served in two formats (shared/recipe).
  automatic = anytrue([for variant in local.recipe.variants : try(variant.format, "") == "auto"])

  edge_functions = merge(
    { viewer = "Normalizes the encoding of paths. Answers 404 for a path without /-/." },
    local.automatic ? { response = "Adds Vary to the responses for images that have two formats." } : {},
    local.signed ? { upload = "Signed uploads: only PUT and OPTIONS, within the size limit." } : {},
  )

  # The values of the security headers, by header name. The emulator's CDN sets the same
  # headers.
  security_headers = jsondecode(file("${path.module}/edge/security-headers.json"))

  hsts_seconds = 2 * 365 * 24 * 3600

  # CloudFront's managed policies have the same ids in every account.
  caching_disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  cors_s3_origin   = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf" # Origin and Access-Control-Request-*

  # CloudFront caches an error of the origin for this time. The time is short, because an
  # image that is missing now may be published in a few seconds. The emulator's CDN uses
  # the same value.
  error_ttl_seconds = 5
}

resource "aws_cloudfront_distribution" "this" {
  comment         = "Triptych: ${var.stack}"
  enabled         = true
  http_version    = "http2and3"
  is_ipv6_enabled = true
  price_class     = var.cdn.price_class
  aliases         = local.domain == null ? [] : [local.domain.name]
  web_acl_id      = one(aws_wafv2_web_acl.this[*].arn)
  tags            = local.tags

  origin {
    origin_id                = "variants"
    domain_name              = aws_s3_bucket.this["variants"].bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.this["variants"].id
  }

  dynamic "origin" {
    for_each = local.signed ? ["uploads"] : []

    content {
      origin_id                = origin.value
      domain_name              = aws_s3_bucket.this[origin.value].bucket_regional_domain_name
      origin_access_control_id = aws_cloudfront_origin_access_control.this[origin.value].id
    }
  }

  default_cache_behavior {
    target_origin_id           = "variants"
    viewer_protocol_policy     = "https-only"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = aws_cloudfront_cache_policy.pictures.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id
    trusted_key_groups         = var.signing.viewing ? [aws_cloudfront_key_group.this[0].id] : null

    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.this["viewer"].arn
    }

    # CloudFront runs this function for every view. For a million images that are each
    # viewed 100 times, this costs $10.
    dynamic "function_association" {
      for_each = local.automatic ? ["response"] : []

      content {
        event_type   = "viewer-response"
        function_arn = aws_cloudfront_function.this[function_association.value].arn
      }
    }
  }

  # CloudFront selects a behavior by the path of a request, not by its method. Therefore
  # uploads have a path that no image can have.
  dynamic "ordered_cache_behavior" {
    for_each = local.signed ? ["/-/upload/*"] : []

    content {
      path_pattern               = ordered_cache_behavior.value
      target_origin_id           = "uploads"
      viewer_protocol_policy     = "https-only"
      allowed_methods            = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"] # CloudFront has no other set with PUT; the function rejects the other methods
      cached_methods             = ["GET", "HEAD"]
      compress                   = false
      cache_policy_id            = local.caching_disabled
      origin_request_policy_id   = local.cors_s3_origin
      response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id
      trusted_key_groups         = [aws_cloudfront_key_group.this[0].id]

      function_association {
        event_type   = "viewer-request"
        function_arn = aws_cloudfront_function.this["upload"].arn
      }
    }
  }

  dynamic "custom_error_response" {
    for_each = [403, 404, 500, 502, 503, 504]

    content {
      error_code            = custom_error_response.value
      error_caching_min_ttl = local.error_ttl_seconds
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = var.cdn.countries == null ? "none" : { allow = "whitelist", deny = "blacklist" }[var.cdn.countries.mode]
      locations        = var.cdn.countries == null ? [] : var.cdn.countries.codes
    }
  }

  # On *.cloudfront.net, CloudFront chooses the TLS versions. A custom domain can require
  # TLS 1.2.
  viewer_certificate {
    cloudfront_default_certificate = local.domain == null
    acm_certificate_arn            = local.certificate_arn
    minimum_protocol_version       = local.domain == null ? null : "TLSv1.2_2021"
    ssl_support_method             = local.domain == null ? null : "sni-only"
  }
}

# CloudFront signs its requests to a bucket. The policy of the bucket accepts only these
# requests.
resource "aws_cloudfront_origin_access_control" "this" {
  for_each = toset(local.signed ? ["variants", "uploads"] : ["variants"])

  name                              = "${var.stack}-${each.key}"
  description                       = "The ${each.key} of the Triptych stack ${var.stack}."
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"

  # A replacement is created before the old resource is destroyed. A replacement with the
  # same name would fail, but it does not occur: only a change of the name or of the type
  # forces a replacement, and the type is constant.
  lifecycle {
    create_before_destroy = true # the distribution removes its reference first
  }
}

# The objects set their own lifetime: a variant never changes, and the manifest is
# revalidated on every request. MinTTL 0 allows both. The cache key contains only the path
# of a request. The viewer-request function has already selected the format by the Accept
# header, and the path contains this format.
resource "aws_cloudfront_cache_policy" "pictures" {
  name        = "${var.stack}-pictures"
  comment     = "Uses the Cache-Control header of each object."
  min_ttl     = 0
  default_ttl = 0
  max_ttl     = 31536000

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = true
    enable_accept_encoding_gzip   = true

    cookies_config {
      cookie_behavior = "none"
    }

    headers_config {
      header_behavior = "none"
    }

    query_strings_config {
      query_string_behavior = "none"
    }
  }
}

resource "aws_cloudfront_response_headers_policy" "this" {
  name    = "${var.stack}-pictures"
  comment = "Prevents MIME sniffing, and allows every site to display the images."

  cors_config {
    access_control_allow_credentials = false
    access_control_max_age_sec       = 600
    origin_override                  = false # a header that the origin sets is kept

    access_control_allow_headers {
      items = ["*"]
    }

    access_control_allow_methods {
      items = ["GET", "HEAD", "OPTIONS"]
    }

    access_control_allow_origins {
      items = ["*"]
    }

    access_control_expose_headers {
      items = ["*"]
    }
  }

  security_headers_config {
    content_type_options {
      override = true # nosniff is the only value
    }

    content_security_policy {
      content_security_policy = local.security_headers["Content-Security-Policy"]
      override                = true
    }

    frame_options {
      frame_option = local.security_headers["X-Frame-Options"]
      override     = true
    }

    referrer_policy {
      referrer_policy = local.security_headers["Referrer-Policy"]
      override        = true
    }

    strict_transport_security {
      access_control_max_age_sec = local.hsts_seconds
      include_subdomains         = false # subdomains may belong to others
      override                   = true
    }
  }
}

# The emulator's CDN runs the same sources.
resource "aws_cloudfront_function" "this" {
  for_each = local.edge_functions

  name    = "${var.stack}-${each.key}"
  comment = each.value
  runtime = "cloudfront-js-2.0"
  publish = true
  code    = templatefile("${path.module}/edge/${each.key}.js", local.edge_variables)

  # A replacement is created before the old resource is destroyed. A replacement with the
  # same name would fail, but it does not occur: only a change of the name forces a
  # replacement.
  lifecycle {
    create_before_destroy = true # the distribution removes its reference first
  }
}
