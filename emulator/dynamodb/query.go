package dynamodb

import (
	"bytes"
	"context"
	"slices"

	"triptych/emulator/dynamodb/attribute"
	"triptych/emulator/dynamodb/expression"
)

type queryInput struct {
	paging

	KeyConditionExpression *string
	ScanIndexForward       *bool
}

// query answers Query: the items of one partition, in the order of the sort key.
func (s *Service) query(ctx context.Context, in queryInput) (pageOutput, error) {
	t, err := s.tableFor(ctx, "Query", in.TableName, in.indexName())
	if err != nil {
		return pageOutput{}, err
	}

	if err := in.check(); err != nil {
		return pageOutput{}, err
	}

	if in.KeyConditionExpression == nil {
		return pageOutput{}, validation("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}

	src, err := in.source(t)
	if err != nil {
		return pageOutput{}, err
	}

	p, err := in.parse(src)
	if err != nil {
		return pageOutput{}, err
	}

	if err := p.resume(in.ExclusiveStartKey); err != nil {
		return pageOutput{}, err
	}

	return p.read(s.db)
}

func (in queryInput) parse(src source) (page, error) {
	placeholders, err := in.placeholders(true, "")
	if err != nil {
		return page{}, err
	}

	keys, err := expression.ParseKeyConditions(*in.KeyConditionExpression, placeholders)
	if err != nil {
		return page{}, err
	}

	p, err := in.paging.parse(src, placeholders)
	if err != nil {
		return page{}, err
	}

	if p.filter.present {
		for _, name := range p.filter.parsed.Reads() {
			if src.schema.has(name) {
				return page{}, validation("Filter Expression can only contain non-primary key attributes: Primary key attribute: %s", name)
			}
		}
	}

	p.backward = in.ScanIndexForward != nil && !*in.ScanIndexForward
	p.from, p.to, err = src.schema.lookUp(keys)

	return p, err
}

// lookUp converts key conditions to the range of keys that meet them.
func (s KeySchema) lookUp(conditions []expression.KeyCondition) (from, to []byte, err error) {
	partition, sortKey, err := s.match(conditions)
	if err != nil {
		return nil, nil, err
	}

	prefix, _ := attribute.AppendOrdered(nil, partition.Operands[0])
	if sortKey == nil {
		return prefix, after(prefix), nil
	}

	behind := func(v attribute.Value) []byte {
		encoded, _ := attribute.AppendOrdered(bytes.Clone(prefix), v)

		return encoded
	}

	first, last := sortKey.Operands[0], sortKey.Operands[len(sortKey.Operands)-1]

	switch sortKey.Operator {
	case expression.KeyLess:
		return prefix, behind(first), nil
	case expression.KeyLessOrEqual:
		return prefix, after(behind(first)), nil
	case expression.KeyGreater:
		return after(behind(first)), after(prefix), nil
	case expression.KeyGreaterOrEqual:
		return behind(first), after(prefix), nil
	case expression.KeyBeginsWith:
		beginning, ok := attribute.AppendOrderedPrefix(bytes.Clone(prefix), first)
		if !ok {
			return nil, nil, conditionTypeMismatch()
		}

		return beginning, after(beginning), nil
	case expression.KeyEquals, expression.KeyBetween:
		return behind(first), after(behind(last)), nil
	default:
		return nil, nil, notSupported()
	}
}

// match finds the condition on each key and checks that a lookup can use it.
func (s KeySchema) match(conditions []expression.KeyCondition) (partition expression.KeyCondition, sortKey *expression.KeyCondition, err error) {
	if len(conditions) > len(s.keys()) {
		return partition, nil, notSupported()
	}

	of := func(key Key) int {
		return slices.IndexFunc(conditions, func(c expression.KeyCondition) bool { return c.Attribute == key.Name })
	}

	for _, key := range s.keys()[:len(conditions)] {
		if of(key) < 0 {
			return partition, nil, validation("Query condition missed key schema element: %s", key.Name)
		}
	}

	for _, key := range s.keys()[:len(conditions)] {
		if err := checkCondition(key, conditions[of(key)]); err != nil {
			return partition, nil, err
		}
	}

	partition = conditions[of(s.PartitionKey)]
	if partition.Operator != expression.KeyEquals {
		return partition, nil, notSupported()
	}

	if len(conditions) > 1 {
		sortKey = &conditions[of(s.SortKey)]
	}

	return partition, sortKey, nil
}

func checkCondition(key Key, condition expression.KeyCondition) error {
	for _, operand := range condition.Operands {
		if operand.Kind() != key.Type {
			return conditionTypeMismatch()
		}

		if isEmpty(operand) && condition.Operator != expression.KeyBeginsWith {
			return validation("One or more parameter values are not valid. The AttributeValue for a key attribute "+
				"cannot contain an empty %s value. Key: %s", emptyName(operand), key.Name)
		}
	}

	return nil
}

func notSupported() error { return validation("Query key condition not supported") }

func conditionTypeMismatch() error {
	return validation("One or more parameter values were invalid: Condition parameter type does not match schema type")
}

// after returns the first key after all keys that begin with prefix, or nil if there is
// none.
func after(prefix []byte) []byte {
	end := bytes.TrimRight(prefix, "\xff")
	if len(end) == 0 {
		return nil
	}

	end = bytes.Clone(end)
	end[len(end)-1]++

	return end
}
