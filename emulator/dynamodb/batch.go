package dynamodb

import (
	"context"
	"maps"
	"slices"

	"triptych/emulator/dynamodb/attribute"
)

// Limits of the operations on several items.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
const (
	maxBatchGet   = 100
	maxBatchWrite = 25
	maxBatchBytes = 16 << 20
)

type batchGetInput struct {
	RequestItems map[string]keysInput
}

type keysInput struct {
	substitutions
	legacy

	Keys                 []attribute.JSONMap
	ProjectionExpression *string
	ConsistentRead       *bool `json:",omitempty"`
}

type batchGetOutput struct {
	Responses       map[string][]attribute.Map
	UnprocessedKeys map[string]unprocessedKeys
}

// unprocessedKeys is a keysInput for a further call.
type unprocessedKeys struct {
	Keys                     []attribute.JSONMap
	ProjectionExpression     *string            `json:",omitempty"`
	ExpressionAttributeNames *map[string]string `json:",omitempty"`
}

// batchGetItem answers BatchGetItem. Items beyond 16 MB are left for a further call.
func (s *Service) batchGetItem(ctx context.Context, in batchGetInput) (batchGetOutput, error) { //nolint:cyclop,gocognit // One check for each member of the request.
	out := batchGetOutput{map[string][]attribute.Map{}, map[string]unprocessedKeys{}}
	count, size := 0, 0

	for _, request := range in.RequestItems {
		count += len(request.Keys)
	}

	if count == 0 || count > maxBatchGet {
		return out, validation("Too many items requested for the BatchGetItem call, or none: at least 1 and at most %d are allowed", maxBatchGet)
	}

	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		request := in.RequestItems[name]

		t, err := s.tableFor(ctx, "BatchGetItem", name, "")
		if err != nil {
			return out, err
		}

		if err := request.refuse(); err != nil {
			return out, err
		}

		placeholders, err := request.placeholders(request.ProjectionExpression != nil, "")
		if err != nil {
			return out, err
		}

		projection, err := parseProjection(request.ProjectionExpression, placeholders)
		if err != nil {
			return out, err
		}

		if err := placeholders.Unused(); err != nil {
			return out, err
		}

		seen := map[string]bool{}
		found := []attribute.Map{}

		for _, wire := range request.Keys {
			_, key, err := t.decodeKey(wire)
			if err != nil {
				return out, err
			}

			if seen[string(key)] {
				return out, validation("Provided list of item keys contains duplicates")
			}

			seen[string(key)] = true

			if size > maxBatchBytes {
				left := out.UnprocessedKeys[name]
				left.Keys = append(left.Keys, wire)
				left.ProjectionExpression, left.ExpressionAttributeNames = request.ProjectionExpression, request.ExpressionAttributeNames
				out.UnprocessedKeys[name] = left

				continue
			}

			item, err := s.read(t, key)
			if err != nil {
				return out, err
			}

			if item != nil {
				size += item.ItemSize()
				found = append(found, project(projection, item))
			}
		}

		out.Responses[name] = found
	}

	return out, nil
}

type batchWriteInput struct {
	RequestItems map[string][]writeRequest
}

type writeRequest struct {
	PutRequest    *struct{ Item attribute.JSONMap }
	DeleteRequest *struct{ Key attribute.JSONMap }
}

type batchWriteOutput struct {
	UnprocessedItems map[string][]writeRequest
}

// batchWriteItem answers BatchWriteItem. Every request is checked before the first one is
// carried out; each is a transaction of its own.
func (s *Service) batchWriteItem(ctx context.Context, in batchWriteInput) (batchWriteOutput, error) {
	out := batchWriteOutput{map[string][]writeRequest{}}

	var writes []func() error

	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		t, err := s.tableFor(ctx, "BatchWriteItem", name, "")
		if err != nil {
			return out, err
		}

		seen := map[string]bool{}

		for _, request := range in.RequestItems[name] {
			key, item, err := t.prepare(request)
			if err != nil {
				return out, err
			}

			if seen[string(key)] {
				return out, validation("Provided list of item keys contains duplicates")
			}

			seen[string(key)] = true

			writes = append(writes, func() error {
				_, _, err := s.write(t, key, conditions{}, condition{}, func(attribute.Map) (attribute.Map, error) { return item, nil })

				return err
			})
		}
	}

	if len(writes) == 0 || len(writes) > maxBatchWrite {
		return out, validation("Too many items requested for the BatchWriteItem call, or none: at least 1 and at most %d are allowed", maxBatchWrite)
	}

	for _, write := range writes {
		if err := write(); err != nil {
			return out, err
		}
	}

	return out, nil
}

// prepare checks a request, and returns the key and the new item; a nil item deletes.
func (t *table) prepare(request writeRequest) ([]byte, attribute.Map, error) {
	switch {
	case request.PutRequest != nil && request.DeleteRequest == nil:
		return t.checkPut(request.PutRequest.Item)
	case request.DeleteRequest != nil && request.PutRequest == nil:
		_, key, err := t.decodeKey(request.DeleteRequest.Key)

		return key, nil, err
	default:
		return nil, nil, validation("Supplied AttributeValue has more than one datatypes set, or a WriteRequest has not exactly one of PutRequest and DeleteRequest")
	}
}

// checkPut checks a new item and encodes its key.
func (t *table) checkPut(wire attribute.JSONMap) ([]byte, attribute.Map, error) {
	item, err := wire.Map()
	if err != nil {
		return nil, nil, err
	}

	if err := t.checkItem(item); err != nil {
		return nil, nil, err
	}

	if item.ItemSize() > attribute.MaxItemBytes {
		return nil, nil, validation("Item size has exceeded the maximum allowed size")
	}

	key, _ := t.encode(item) // checkItem has checked that the key is there.

	return key, item, nil
}
