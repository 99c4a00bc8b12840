# The public keys that signed URLs and cookies are checked with. The private ones
# never come near Terraform or its state.
resource "aws_cloudfront_public_key" "this" {
  for_each = var.signing.public_keys

  name        = "${var.stack}-${each.key}"
  comment     = "Signs URLs of the Triptych stack ${var.stack}."
  encoded_key = each.value

  lifecycle {
    create_before_destroy = true # the group lets go of the old one first
  }
}

resource "aws_cloudfront_key_group" "this" {
  count = local.signed ? 1 : 0

  name    = "${var.stack}-signers"
  comment = "Whoever signs URLs of the Triptych stack ${var.stack}."
  items   = [for key in aws_cloudfront_public_key.this : key.id]

  lifecycle {
    create_before_destroy = true # the distribution lets go of it first
  }
}
