# What became of every upload: an item a version, and one a key for what is current.
# Package ledger in shared/ says what stands in them.
resource "aws_dynamodb_table" "ledger" {
  name                        = "${var.stack}-ledger"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "key"
  range_key                   = "version"
  deletion_protection_enabled = var.deletion_protection
  tags                        = local.tags

  dynamic "attribute" {
    for_each = ["key", "version", "statusShard", "updatedAt"]

    content {
      name = attribute.value
      type = "S"
    }
  }

  global_secondary_index {
    name            = "byStatus"
    hash_key        = "statusShard" # a status, in four partitions
    range_key       = "updatedAt"
    projection_type = "ALL" # `triptych ls` shows whole items
  }

  ttl {
    attribute_name = "expiresAt"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  # Disabled means AWS's own key, not none: a table is always encrypted.
  server_side_encryption {
    enabled     = var.customer_managed_key
    kms_key_arn = local.key_arn
  }
}
