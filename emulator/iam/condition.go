package iam

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"triptych/emulator/wildcard"
)

// Attribute is a condition key of a request, such as s3:prefix, and its value.
type Attribute struct {
	Key   string
	Value string
}

// condition is one operator on one key. It holds if one of the values matches. A negated
// operator holds if no value matches.
type condition struct {
	operator string
	key      string // Lower case, because condition keys are case-insensitive.
	values   []string
}

// operators has the supported comparisons, by AWS's names.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
var operators = map[string]struct {
	compare func(want, got string) bool
	negated bool
}{
	"StringEquals":              {compare: equal},
	"StringNotEquals":           {compare: equal, negated: true},
	"StringEqualsIgnoreCase":    {compare: strings.EqualFold},
	"StringNotEqualsIgnoreCase": {compare: strings.EqualFold, negated: true},
	"StringLike":                {compare: wildcard.Match},
	"StringNotLike":             {compare: wildcard.Match, negated: true},
	"Bool":                      {compare: strings.EqualFold},
	"ArnEquals":                 {compare: arnLike}, // The same as ArnLike: on AWS both accept wildcards.
	"ArnLike":                   {compare: arnLike},
	"ArnNotEquals":              {compare: arnLike, negated: true},
	"ArnNotLike":                {compare: arnLike, negated: true},
	"NumericEquals":             {compare: numeric(func(want, got float64) bool { return got == want })},
	"NumericNotEquals":          {compare: numeric(func(want, got float64) bool { return got == want }), negated: true},
	"NumericLessThan":           {compare: numeric(func(want, got float64) bool { return got < want })},
	"NumericLessThanEquals":     {compare: numeric(func(want, got float64) bool { return got <= want })},
	"NumericGreaterThan":        {compare: numeric(func(want, got float64) bool { return got > want })},
	"NumericGreaterThanEquals":  {compare: numeric(func(want, got float64) bool { return got >= want })},
}

func equal(want, got string) bool { return want == got }

// arnLike compares ARNs part by part: a wildcard does not match a colon.
func arnLike(want, got string) bool {
	wanted, err := resourcePattern(want)

	return err == nil && wanted.matches(got)
}

// numeric compares two numbers. Text that is not a number matches nothing.
func numeric(compare func(want, got float64) bool) func(want, got string) bool {
	return func(want, got string) bool {
		wanted, noWanted := strconv.ParseFloat(want, 64)
		given, noGiven := strconv.ParseFloat(got, 64)

		return noWanted == nil && noGiven == nil && compare(wanted, given)
	}
}

// parseConditions parses {"StringEquals": {"s3:prefix": ["a", "b"]}}. It rejects an
// unknown operator, because ignoring it would allow too much.
func parseConditions(raw json.RawMessage) ([]condition, error) {
	if raw == nil {
		return nil, nil
	}

	var block map[string]map[string]json.RawMessage
	if err := json.Unmarshal(raw, &block); err != nil {
		return nil, fmt.Errorf("read Condition: %w", err)
	}

	var conditions []condition

	for _, operator := range slices.Sorted(maps.Keys(block)) {
		if _, known := operators[operator]; !known {
			return nil, malformed("the condition operator %q is not supported by the emulator, only %s",
				operator, strings.Join(slices.Sorted(maps.Keys(operators)), ", "))
		}

		for _, key := range slices.Sorted(maps.Keys(block[operator])) {
			values, err := conditionValues(block[operator][key])
			if err != nil {
				return nil, fmt.Errorf("condition %s on %s: %w", operator, key, err)
			}

			conditions = append(conditions, condition{operator: operator, key: strings.ToLower(key), values: values})
		}
	}

	return conditions, nil
}

// conditionValues also accepts true and false without quotes, as AWS does.
func conditionValues(raw json.RawMessage) ([]string, error) {
	switch text := string(bytes.TrimSpace(raw)); text {
	case "true", "false":
		return []string{text}, nil
	}

	values, err := stringOrList(raw)
	if err != nil {
		return nil, err
	}

	for _, value := range values {
		if err := refuseVariables(value); err != nil {
			return nil, err
		}
	}

	return values, nil
}

// holds evaluates the condition. A key that the request does not have matches nothing, so
// a negated operator holds, as on AWS.
func (c condition) holds(attributes []Attribute) bool {
	operator := operators[c.operator]

	for _, attribute := range attributes {
		if strings.ToLower(attribute.Key) != c.key {
			continue
		}

		matched := slices.ContainsFunc(c.values, func(want string) bool { return operator.compare(want, attribute.Value) })

		return matched != operator.negated
	}

	return operator.negated
}
