package ledger

import (
	"hash/fnv"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
)

// StatusShard is the attribute that partitions the index [ByStatus]: a status and a
// shard, such as "READY.3".
const StatusShard = "statusShard"

// shards is the number of partitions of the index for each status. A partition accepts
// 1,000 write units a second (Amazon DynamoDB Developer Guide, "Burst and adaptive
// capacity"). An image writes 2 units to PROCESSING (it is added and removed) and 2 to
// READY (its item is larger than 1 KiB), so four shards accept 2,000 images a second.
//
// After a change of this number, run `triptych reindex`.
const shards = 4

// purging is the status of pending purges in the index. No upload has this status.
const purging Status = "PURGING"

// shardOf returns the partition of the index for items of a key with a status.
func shardOf(status Status, key string) string {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(key)) // Write never fails.

	return shardName(status, int(hash.Sum32()%shards))
}

func shardName(status Status, shard int) string {
	return string(status) + "." + strconv.Itoa(shard)
}

// as sets the status of an item of a key, and its partition in the index.
func as(update expression.UpdateBuilder, key string, status Status) expression.UpdateBuilder {
	return update.
		Set(expression.Name("status"), expression.Value(status)).
		Set(expression.Name(StatusShard), expression.Value(shardOf(status, key)))
}
