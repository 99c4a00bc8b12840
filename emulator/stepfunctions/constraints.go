package stepfunctions

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"triptych/emulator/awsapi"
)

// constraint is a rule of AWS's model for one member of a request. A request that breaks
// rules is a ValidationException, whose message names all broken rules.
type constraint struct {
	member   string // Its name, or "list.member" for a member of each object in a list.
	required bool
	secret   bool // The message does not repeat the value, and lengths are bytes.
	number   bool // least and most limit the value itself, and otherwise its length.
	least    float64
	most     float64
	enum     []string
	pattern  string // As AWS documents it.
	matches  *regexp.Regexp
}

// checked returns an operation that checks the constraints of its input first.
func checked(name string, run awsapi.Operation) awsapi.Operation {
	rules := constraints[name]

	return func(ctx context.Context, body []byte) (any, error) {
		if err := check(rules, body); err != nil {
			return nil, err
		}

		return run(ctx, body)
	}
}

// check returns the ValidationException for the rules that a request breaks, or nil. It
// leaves a request that is not an object, and a member of another type, to the operation.
func check(rules []constraint, body []byte) error {
	members, isObject := membersOf(body)
	if !isObject {
		return nil
	}

	var broken []string

	for _, rule := range rules {
		list, member, inList := strings.Cut(rule.member, ".")
		if !inList {
			broken = append(broken, rule.check(rule.member, members[rule.member])...)

			continue
		}

		var entries []map[string]json.RawMessage
		if json.Unmarshal(members[list], &entries) != nil {
			continue
		}

		for i, entry := range entries {
			broken = append(broken, rule.check(fmt.Sprintf("%s.%d.member.%s", list, i+1, member), entry[member])...)
		}
	}

	switch len(broken) {
	case 0:
		return nil
	case 1:
		return awsapi.Errorf("ValidationException", "1 validation error detected: %s", broken[0])
	default:
		return awsapi.Errorf("ValidationException", "%d validation errors detected: %s", len(broken), strings.Join(broken, "; "))
	}
}

// membersOf returns the members of an object. A request without a body has none.
func membersOf(body []byte) (members map[string]json.RawMessage, isObject bool) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, true
	}

	isObject = json.Unmarshal(body, &members) == nil

	return members, isObject
}

// check returns the texts of the rules that a value breaks.
func (c *constraint) check(name string, raw json.RawMessage) []string {
	if len(raw) == 0 || string(raw) == "null" {
		if !c.required {
			return nil
		}

		return []string{fmt.Sprintf("Value null at '%s' failed to satisfy constraint: Member must not be null", name)}
	}

	if c.number {
		value, err := strconv.ParseFloat(string(raw), 64)
		if err != nil {
			return nil
		}

		return c.texts(name, string(raw), c.bounds("value", value))
	}

	var text string
	if json.Unmarshal(raw, &text) != nil {
		return nil
	}

	length := utf8.RuneCountInString(text)
	if c.secret {
		length = len(text)
	}

	var broken []string

	switch {
	case c.enum != nil && !slices.Contains(c.enum, text):
		broken = append(broken, "Member must satisfy enum value set: ["+strings.Join(c.enum, ", ")+"]")
	case c.enum == nil:
		broken = c.bounds("length", float64(length))
	}

	if c.matches != nil && !c.matches.MatchString(text) {
		broken = append(broken, "Member must satisfy regular expression pattern: "+c.pattern)
	}

	return c.texts(name, text, broken)
}

func (c *constraint) bounds(what string, value float64) []string {
	switch {
	case value < c.least:
		return []string{fmt.Sprintf("Member must have %s greater than or equal to %.0f", what, c.least)}
	case value > c.most:
		return []string{fmt.Sprintf("Member must have %s less than or equal to %.0f", what, c.most)}
	default:
		return nil
	}
}

func (c *constraint) texts(name, value string, broken []string) []string {
	shown := "Value '" + value + "'"
	if c.secret {
		shown = "Value"
	}

	out := make([]string, len(broken))
	for i, rule := range broken {
		out[i] = fmt.Sprintf("%s at '%s' failed to satisfy constraint: %s", shown, name, rule)
	}

	return out
}
