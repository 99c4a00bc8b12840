# The state of every upload: an item for each version, and an item for the current version
# of each key. Package ledger in shared/ describes the attributes.
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
    hash_key        = "statusShard" # a status and one of four shards
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

  # Disabled means encryption with AWS's own key: a table is always encrypted.
  server_side_encryption {
    enabled     = var.customer_managed_key
    kms_key_arn = local.key_arn
  }
}
