# The public keys that verify signed URLs and cookies. The private keys are never known to
# Terraform or its state.
resource "aws_cloudfront_public_key" "this" {
  for_each = var.signing.public_keys

  # A changed key is a new resource. It is created before the old one is deleted, so it
  # needs a name of its own. CloudFront stores the PEM with one newline at its end. Without
  # this newline, every plan would replace the key, and every signed URL would become
  # invalid.
  name        = "${var.stack}-${each.key}-${substr(sha256(trimspace(each.value)), 0, 8)}"
  comment     = "Signs URLs of the Triptych stack ${var.stack}."
  encoded_key = "${trimspace(each.value)}\n"

  lifecycle {
    create_before_destroy = true # the key group removes its reference first
  }
}

resource "aws_cloudfront_key_group" "this" {
  count = local.signed ? 1 : 0

  name    = "${var.stack}-signers"
  comment = "The signers of URLs of the Triptych stack ${var.stack}."
  items   = [for key in aws_cloudfront_public_key.this : key.id]

  # The name is fixed: only a change of the name forces a replacement, so two groups never
  # have the same name.
  lifecycle {
    create_before_destroy = true # the distribution removes its reference first
  }
}
