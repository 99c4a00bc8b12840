package iam

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// statement is one element of Statement. Exactly one of actions and notActions
// is set, and exactly one of resources and notResources.
type statement struct {
	label        string // The Sid, or "statement N" if it has none; for people.
	deny         bool
	principals   *principals // nil in an identity policy, which applies to its owner.
	actions      []*pattern
	notActions   []*pattern
	resources    []*pattern
	notResources []*pattern
	conditions   []condition
}

// validSid is AWS's rule for identity policies: letters and digits only.
var validSid = regexp.MustCompile(`^[A-Za-z0-9]*$`)

func parseStatement(kind string, raw json.RawMessage, label string) (*statement, error) {
	var elements map[string]json.RawMessage
	if err := json.Unmarshal(raw, &elements); err != nil {
		return nil, fmt.Errorf("read the JSON: %w", err)
	}

	known := []string{"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
	if kind == resourcePolicy {
		known = append(known, "Principal")
	}

	err := onlyElements(kind, elements, known...)
	if err != nil {
		return nil, err
	}

	parsed := &statement{label: label}

	if kind == resourcePolicy {
		if parsed.principals, err = parsePrincipals(elements["Principal"]); err != nil {
			return nil, err
		}
	}

	if err := parsed.readSidAndEffect(elements); err != nil {
		return nil, err
	}

	parsed.actions, parsed.notActions, err = eitherPatterns(elements, "Action", actionPattern)
	if err != nil {
		return nil, err
	}

	parsed.resources, parsed.notResources, err = eitherPatterns(elements, "Resource", resourcePattern)
	if err != nil {
		return nil, err
	}

	parsed.conditions, err = parseConditions(elements["Condition"])
	if err != nil {
		return nil, err
	}

	return parsed, nil
}

// readSidAndEffect parses Sid and Effect.
func (s *statement) readSidAndEffect(elements map[string]json.RawMessage) error {
	if raw, given := elements["Sid"]; given {
		var sid string
		if err := json.Unmarshal(raw, &sid); err != nil || !validSid.MatchString(sid) {
			return malformed("the Sid %s is not made of letters and digits", raw)
		}

		if sid != "" {
			s.label = sid
		}
	}

	var effect string
	if err := json.Unmarshal(elements["Effect"], &effect); err != nil || effect != "Allow" && effect != "Deny" {
		return malformed(`effect is %s, want "Allow" or "Deny"`, elements["Effect"])
	}

	s.deny = effect == "Deny"

	return nil
}

// eitherPatterns parses the element called name, or its Not… form. Exactly one of the two
// must be present.
func eitherPatterns(
	elements map[string]json.RawMessage, name string, parse func(string) (*pattern, error),
) (positive, negative []*pattern, err error) {
	plain, hasPlain := elements[name]
	not, hasNot := elements["Not"+name]

	switch {
	case hasPlain && hasNot:
		return nil, nil, malformed("%s and Not%s cannot be combined", name, name)
	case hasPlain:
		positive, err = patterns(plain, name, parse)
	case hasNot:
		negative, err = patterns(not, "Not"+name, parse)
	default:
		return nil, nil, malformed("neither %s nor Not%s is there", name, name)
	}

	return positive, negative, err
}

func patterns(raw json.RawMessage, name string, parse func(string) (*pattern, error)) ([]*pattern, error) {
	texts, err := stringOrList(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}

	parsed := make([]*pattern, 0, len(texts))

	for _, text := range texts {
		one, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s %q: %w", name, text, err)
		}

		parsed = append(parsed, one)
	}

	return parsed, nil
}

// stringOrList parses a value that AWS accepts both as "a" and as ["a", "b"].
func stringOrList(raw json.RawMessage) ([]string, error) {
	var one string
	if err := json.Unmarshal(raw, &one); err == nil {
		return []string{one}, nil
	}

	var many []string
	if err := json.Unmarshal(raw, &many); err != nil {
		return nil, fmt.Errorf("want a string or a list of strings: %w", err)
	}

	if len(many) == 0 {
		return nil, malformed("the list is empty")
	}

	return many, nil
}

// onlyElements rejects an unknown element and names it, because a permission that is
// silently ignored is worse than an error.
func onlyElements(kind string, elements map[string]json.RawMessage, known ...string) error {
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		if !slices.Contains(known, name) {
			return malformed("the element %q is not one of %s's (%s)", name, kind, strings.Join(known, ", "))
		}
	}

	return nil
}
