# The public keys that signed URLs and cookies are checked with. The private ones
# never come near Terraform or its state.
resource "aws_cloudfront_public_key" "this" {
  for_each = var.signing.public_keys

  # Another key is another resource, and the old one is deleted last, so its name has to
  # be another one too. CloudFront stores the PEM with one newline at its end; without it,
  # every plan would replace the key, and every signed URL would stop to work.
  name        = "${var.stack}-${each.key}-${substr(sha256(trimspace(each.value)), 0, 8)}"
  comment     = "Signs URLs of the Triptych stack ${var.stack}."
  encoded_key = "${trimspace(each.value)}\n"

  lifecycle {
    create_before_destroy = true # the group lets go of the old one first
  }
}

resource "aws_cloudfront_key_group" "this" {
  count = local.signed ? 1 : 0

  name    = "${var.stack}-signers"
  comment = "Whoever signs URLs of the Triptych stack ${var.stack}."
  items   = [for key in aws_cloudfront_public_key.this : key.id]

  # A fixed name: nothing but the name forces a replacement, so no two exist at once.
  lifecycle {
    create_before_destroy = true # the distribution lets go of it first
  }
}
