package stack

import (
	"triptych/emulator/dynamodb"
	"triptych/emulator/dynamodb/attribute"
	"triptych/shared/ledger"
)

// ledgerTable declares the ledger as Terraform does. See package ledger for its items.
func (n names) ledgerTable() dynamodb.Table {
	text := func(name string) dynamodb.Key { return dynamodb.Key{Name: name, Type: attribute.KindString} }

	return dynamodb.Table{
		Name:      n.ledger(),
		KeySchema: dynamodb.KeySchema{PartitionKey: text("key"), SortKey: text("version")},
		Indexes: []dynamodb.Index{{
			Name:      ledger.ByStatus,
			KeySchema: dynamodb.KeySchema{PartitionKey: text(ledger.StatusShard), SortKey: text("updatedAt")},
		}},
		TTLAttribute: "expiresAt", Tags: n.tags(), Recovery: true, Protected: true,
	}
}
