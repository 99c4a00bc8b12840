# Two private buckets: one for originals, and one for everything generated from them.
resource "aws_s3_bucket" "this" {
  for_each = local.buckets

  bucket        = each.value
  force_destroy = !var.deletion_protection
  tags          = local.tags
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  rule {
    object_ownership = "BucketOwnerEnforced" # no ACLs
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = aws_s3_bucket.this

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  rule {
    bucket_key_enabled = var.customer_managed_key # one call to KMS for many objects

    apply_server_side_encryption_by_default {
      sse_algorithm     = var.customer_managed_key ? "aws:kms" : "AES256"
      kms_master_key_id = local.key_arn
    }
  }
}

# The pipeline reads the version that its event names, so a later upload of the same key
# does not change an image while it is processed. Variants never change, so their bucket has
# no versioning.
resource "aws_s3_bucket_versioning" "uploads" {
  bucket = aws_s3_bucket.this["uploads"].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_notification" "uploads" {
  bucket      = aws_s3_bucket.this["uploads"].id
  eventbridge = true
}

resource "aws_s3_bucket_lifecycle_configuration" "uploads" {
  bucket = aws_s3_bucket.this["uploads"].id

  rule {
    id     = "unfinished"
    status = "Enabled"
    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = var.uploads.incomplete_days
    }
  }

  rule {
    id     = "replaced-or-deleted"
    status = "Enabled"
    filter {}

    noncurrent_version_expiration {
      noncurrent_days = var.uploads.noncurrent_days
    }

    expiration {
      expired_object_delete_marker = true
    }
  }

  depends_on = [aws_s3_bucket_versioning.uploads]
}

resource "aws_s3_bucket_lifecycle_configuration" "variants" {
  bucket = aws_s3_bucket.this["variants"].id

  rule {
    id     = "unfinished"
    status = "Enabled"
    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}

resource "aws_s3_bucket_cors_configuration" "uploads" {
  count = length(var.uploads.cors_origins) > 0 ? 1 : 0

  bucket = aws_s3_bucket.this["uploads"].id

  cors_rule {
    allowed_methods = ["PUT", "POST"] # presigned URLs, and presigned forms
    allowed_origins = var.uploads.cors_origins
    allowed_headers = ["*"]
    expose_headers  = ["ETag", "x-amz-version-id"]
    max_age_seconds = 3600
  }
}

resource "aws_s3_bucket_logging" "this" {
  for_each = { for bucket, created in aws_s3_bucket.this : bucket => created.id if var.uploads.access_logs_bucket != null }

  bucket        = each.value
  target_bucket = var.uploads.access_logs_bucket
  target_prefix = "${var.stack}/${each.key}/"
}

# The policies of the buckets. Besides the principals that this account's IAM allows, only
# CloudFront has access, for this distribution. All access requires TLS 1.2.
resource "aws_s3_bucket_policy" "this" {
  for_each = {
    uploads  = local.signed ? "bucket-uploads-signed" : "bucket-uploads"
    variants = "bucket-variants"
  }

  bucket = aws_s3_bucket.this[each.key].id
  policy = templatefile("${path.module}/policies/${each.value}.json", merge(local.policy_variables, {
    distribution_arn = aws_cloudfront_distribution.this.arn
  }))

  depends_on = [aws_s3_bucket_public_access_block.this]
}
