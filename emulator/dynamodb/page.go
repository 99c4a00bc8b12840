package dynamodb

import (
	"bytes"
	"slices"

	"triptych/emulator/dynamodb/attribute"
	"triptych/emulator/dynamodb/expression"
)

// Values of Select.
const (
	selectAll       = "ALL_ATTRIBUTES"
	selectProjected = "ALL_PROJECTED_ATTRIBUTES"
	selectSpecific  = "SPECIFIC_ATTRIBUTES"
	selectCount     = "COUNT"
)

// paging has the members that Query and Scan share.
type paging struct {
	substitutions
	legacy

	TableName            string
	IndexName            *string
	ConsistentRead       bool
	ExclusiveStartKey    attribute.JSONMap
	FilterExpression     *string
	ProjectionExpression *string
	Limit                *int
	Select               string
}

type pageOutput struct {
	Items            []attribute.Map `json:",omitzero"` // nil for COUNT
	Count            int
	ScannedCount     int
	LastEvaluatedKey attribute.Map `json:",omitempty"`
}

// page is a checked Query or Scan.
type page struct {
	source

	from, to   []byte // from is included, to is not; nil means the end of the bucket
	backward   bool
	limit      int // 0 means no limit
	filter     condition
	projection *expression.Projection
	countOnly  bool
}

func (p paging) indexName() string {
	if p.IndexName == nil {
		return ""
	}

	return *p.IndexName
}

// check checks the members that do not depend on the table.
func (p paging) check() error {
	if err := p.refuse(); err != nil {
		return err
	}

	if p.Limit != nil && *p.Limit < 1 {
		return validation("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: "+
			"Member must have value greater than or equal to 1", *p.Limit)
	}

	switch p.Select {
	case "", selectSpecific:
	case selectAll, selectCount, selectProjected:
		if p.ProjectionExpression != nil {
			return validation("Cannot specify the ProjectionExpression when choosing to get %s", p.Select)
		}
	default:
		return validation("1 validation error detected: Value '%s' at 'select' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]", p.Select)
	}

	switch {
	case p.Select == selectSpecific && p.ProjectionExpression == nil:
		return validation("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
	case p.Select == selectProjected && p.IndexName == nil:
		return validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
	default:
		return nil
	}
}

// parse returns a page over all entries. The caller narrows from and to.
func (p paging) parse(s source, placeholders *expression.Placeholders) (page, error) {
	result := page{source: s, countOnly: p.Select == selectCount}

	if p.Limit != nil {
		result.limit = *p.Limit
	}

	var err error

	result.filter, err = parseCondition(expression.FilterExpression, p.FilterExpression, placeholders)
	if err != nil {
		return page{}, err
	}

	result.projection, err = parseProjection(p.ProjectionExpression, placeholders)
	if err != nil {
		return page{}, err
	}

	return result, placeholders.Unused()
}

// resume narrows the page to the entries after the ExclusiveStartKey. The item with that
// key need not exist any more.
func (p *page) resume(wire attribute.JSONMap) error {
	if wire == nil {
		return nil
	}

	start, err := wire.Map()
	if err != nil {
		return validation("The provided starting key is invalid: %s", err.Error())
	}

	entry, ok := p.entry(start)
	if !ok || len(start) != len(p.keyOf(start)) {
		return validation("The provided starting key is invalid")
	}

	if bytes.Compare(entry, p.from) < 0 || p.to != nil && bytes.Compare(entry, p.to) >= 0 {
		return validation("The provided starting key is outside query boundaries based on provided conditions")
	}

	if p.backward {
		p.to = entry
	} else {
		p.from = slices.Concat(entry, []byte{0}) // The smallest possible next key.
	}

	return nil
}
