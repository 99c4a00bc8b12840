package ledger

import (
	"hash/fnv"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
)

// StatusShard is the attribute that partitions the index [ByStatus]: a status and a
// shard, such as "READY.3".
const StatusShard = "statusShard"

// shards is the number of partitions that each status has in the index. A partition accepts
// 1,000 write units a second (Amazon DynamoDB Developer Guide, "Burst and adaptive
// capacity"). An image needs 2 write units in PROCESSING: one to add its item to the index,
// and one to remove it. The image needs 2 more in READY, because a READY item is larger
// than 1 KiB. So the four shards of a status accept 2,000 images a second.
//
// After a change of this number, run `triptych reindex`.
const shards = 4

// purging is the status of pending purges in the index. No upload has this status.
const purging Status = "PURGING"

// shardOf returns the partition of the index that contains the items with this status and
// this key.
func shardOf(status Status, key string) string {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(key)) // Write never fails.

	return shardName(status, int(hash.Sum32()%shards))
}

func shardName(status Status, shard int) string {
	return string(status) + "." + strconv.Itoa(shard)
}

// as adds two assignments to an update: the status of an item, and the partition of the
// index that contains the item. key is the key of the item.
func as(update expression.UpdateBuilder, key string, status Status) expression.UpdateBuilder {
	return update.
		Set(expression.Name("status"), expression.Value(status)).
		Set(expression.Name(StatusShard), expression.Value(shardOf(status, key)))
}
