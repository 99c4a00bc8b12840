package dynamodb

import (
	"encoding/json"
	"maps"
	"slices"

	"triptych/emulator/dynamodb/attribute"
	"triptych/emulator/dynamodb/expression"
)

// substitutions has the members of a request that expressions refer to.
type substitutions struct {
	ExpressionAttributeNames  *map[string]string
	ExpressionAttributeValues *attribute.JSONMap
}

// placeholders checks and decodes the members. used reports whether the request has any
// expression. absent is DynamoDB's text about the expressions that could have used values
// ("ConditionExpression is null").
func (s substitutions) placeholders(used bool, absent string) (*expression.Placeholders, error) {
	var names map[string]string

	if s.ExpressionAttributeNames != nil {
		names = *s.ExpressionAttributeNames

		switch {
		case !used:
			return nil, validation("ExpressionAttributeNames can only be specified when using expressions")
		case len(names) == 0:
			return nil, validation("ExpressionAttributeNames must not be empty")
		}
	}

	var values attribute.Map

	if s.ExpressionAttributeValues != nil {
		switch {
		case !used:
			return nil, validation("ExpressionAttributeValues can only be specified when using expressions: %s", absent)
		case len(*s.ExpressionAttributeValues) == 0:
			return nil, validation("ExpressionAttributeValues must not be empty")
		}

		decoded, err := decodeValues(*s.ExpressionAttributeValues)
		if err != nil {
			return nil, err
		}

		values = decoded
	}

	return expression.NewPlaceholders(names, values)
}

func decodeValues(wire attribute.JSONMap) (attribute.Map, error) {
	values := make(attribute.Map, len(wire))

	for _, name := range slices.Sorted(maps.Keys(wire)) {
		value, err := wire[name].Value()
		if err != nil {
			return nil, validation("ExpressionAttributeValues contains invalid value: %s for key %s", err.Error(), name)
		}

		values[name] = value
	}

	return values, nil
}

// legacy has the parameters that are older than expressions, and those of parallel scans.
// They are rejected, because ignoring a condition would be worse. Source:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
type legacy struct {
	AttributesToGet     json.RawMessage
	AttributeUpdates    json.RawMessage
	ConditionalOperator json.RawMessage
	Expected            json.RawMessage
	KeyConditions       json.RawMessage
	QueryFilter         json.RawMessage
	ScanFilter          json.RawMessage
	Segment             json.RawMessage
	TotalSegments       json.RawMessage
}

func (l legacy) refuse() error {
	for _, parameter := range []struct {
		name  string
		given json.RawMessage
	}{
		{"AttributesToGet", l.AttributesToGet},
		{"AttributeUpdates", l.AttributeUpdates},
		{"ConditionalOperator", l.ConditionalOperator},
		{"Expected", l.Expected},
		{"KeyConditions", l.KeyConditions},
		{"QueryFilter", l.QueryFilter},
		{"ScanFilter", l.ScanFilter},
		{"Segment", l.Segment},
		{"TotalSegments", l.TotalSegments},
	} {
		if parameter.given != nil && string(parameter.given) != "null" {
			return validation("the emulator's DynamoDB accepts expressions only: it does not support the parameter %s", parameter.name)
		}
	}

	return nil
}

// condition is a request's optional condition or filter. Without one, every item matches.
type condition struct {
	parsed  expression.Condition
	present bool
}

func parseCondition(parameter expression.Parameter, text *string, placeholders *expression.Placeholders) (condition, error) {
	if text == nil {
		return condition{}, nil
	}

	parsed, err := expression.ParseCondition(parameter, *text, placeholders)

	return condition{parsed: parsed, present: true}, err
}

func (c condition) match(item attribute.Map) bool { return !c.present || c.parsed.Match(item) }

// parseProjection parses a request's optional projection; nil means the whole item.
func parseProjection(text *string, placeholders *expression.Placeholders) (*expression.Projection, error) {
	if text == nil {
		return nil, nil //nolint:nilnil // A request without a projection is not an error.
	}

	return expression.ParseProjection(*text, placeholders)
}

func project(projection *expression.Projection, item attribute.Map) attribute.Map {
	if projection == nil {
		return item
	}

	return projection.Apply(item)
}
