package iam

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// maxPolicyBytes bounds one document; AWS's own bound is 10,240 characters for
// a role's inline policies together.
const maxPolicyBytes = 64 << 10

// Policy is what one principal may do: one or more identity policies, together.
// It remembers which of its permissions were needed, see [Policy.Unused].
// A Policy is safe for concurrent use.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
type Policy struct {
	statements []*statement

	mu   sync.Mutex
	used map[*pattern]bool
}

// statement is one element of Statement. Exactly one of actions and notActions
// is set, and exactly one of resources and notResources.
type statement struct {
	label        string // The Sid, or "statement N" where it has none; for people.
	deny         bool
	principals   *principals // nil in an identity policy, which is about who has it.
	actions      []*pattern
	notActions   []*pattern
	resources    []*pattern
	notResources []*pattern
	conditions   []condition
}

// MalformedPolicyError says what is wrong with a policy, as AWS's
// MalformedPolicyDocument does.
type MalformedPolicyError struct {
	Reason string
}

func (e *MalformedPolicyError) Error() string { return "malformed policy document: " + e.Reason }

func malformed(format string, args ...any) error {
	return &MalformedPolicyError{Reason: fmt.Sprintf(format, args...)}
}

// validSid is AWS's rule for identity policies: letters and digits only.
var validSid = regexp.MustCompile(`^[A-Za-z0-9]*$`)

// ParsePolicy reads identity policies; a principal that has several is allowed
// what their union allows. Everything that the laptop would not enforce exactly
// as AWS does is an error that names it: an unknown element, a condition
// operator that isn't spoken here, a policy variable.
func ParsePolicy(documents ...[]byte) (*Policy, error) {
	return parsePolicy(identityPolicy, documents)
}

// ParseResourcePolicy reads the policy of a resource, a bucket's or a queue's, whose
// statements name the principals that they are about. It is as strict as
// [ParsePolicy].
func ParseResourcePolicy(document []byte) (*Policy, error) {
	return parsePolicy(resourcePolicy, [][]byte{document})
}

// The two kinds of policy, which have different elements.
const (
	identityPolicy = "an identity policy"
	resourcePolicy = "a resource policy"
)

func parsePolicy(kind string, documents [][]byte) (*Policy, error) {
	policy := &Policy{used: map[*pattern]bool{}}

	for i, document := range documents {
		statements, err := parseDocument(kind, document)
		if err != nil {
			return nil, fmt.Errorf("parse policy document %d: %w", i+1, err)
		}

		policy.statements = append(policy.statements, statements...)
	}

	return policy, nil
}

func parseDocument(kind string, document []byte) ([]*statement, error) {
	if len(document) > maxPolicyBytes {
		return nil, malformed("it has %d bytes, more than %d", len(document), maxPolicyBytes)
	}

	var elements map[string]json.RawMessage
	if err := json.Unmarshal(document, &elements); err != nil {
		return nil, fmt.Errorf("read the JSON: %w", err)
	}

	if err := onlyElements(kind, elements, "Version", "Id", "Statement"); err != nil {
		return nil, err
	}

	if raw, given := elements["Version"]; given {
		var version string
		if err := json.Unmarshal(raw, &version); err != nil || version != "2012-10-17" && version != "2008-10-17" {
			return nil, malformed(`version is %s, want "2012-10-17"`, raw)
		}
	}

	raw, given := elements["Statement"]
	if !given {
		return nil, malformed("it has no Statement")
	}

	return parseStatements(kind, raw)
}

// parseStatements takes a list, or a single statement, as AWS does.
func parseStatements(kind string, raw json.RawMessage) ([]*statement, error) {
	list := []json.RawMessage{raw}
	if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) {
		list = nil
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, fmt.Errorf("read Statement: %w", err)
		}
	}

	var (
		statements []*statement
		sids       = map[string]bool{}
	)

	for i, element := range list {
		label := fmt.Sprintf("statement %d", i+1)

		parsed, err := parseStatement(kind, element, label)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", label, err)
		}

		if parsed.label != label && sids[parsed.label] {
			return nil, malformed("%s: the Sid %q is there twice", label, parsed.label)
		}

		sids[parsed.label] = true
		statements = append(statements, parsed)
	}

	return statements, nil
}

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

	if err := parsed.readHead(elements); err != nil {
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

// readHead reads Sid and Effect.
func (s *statement) readHead(elements map[string]json.RawMessage) error {
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

// eitherPatterns reads the element called name, or its Not… form; one of them,
// and only one, has to be there.
func eitherPatterns(
	elements map[string]json.RawMessage, name string, parse func(string) (*pattern, error),
) (positive, negative []*pattern, err error) {
	plain, hasPlain := elements[name]
	not, hasNot := elements["Not"+name]

	switch {
	case hasPlain && hasNot:
		return nil, nil, malformed("%s and Not%s exclude each other", name, name)
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

// stringOrList reads what AWS lets be written as "a" or as ["a", "b"].
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

// onlyElements refuses what isn't known, by its name: a permission that is
// silently ignored is worse than none.
func onlyElements(kind string, elements map[string]json.RawMessage, known ...string) error {
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		if !slices.Contains(known, name) {
			return malformed("the element %q is not one of %s's (%s)", name, kind, strings.Join(known, ", "))
		}
	}

	return nil
}
