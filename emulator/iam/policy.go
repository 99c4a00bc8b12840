package iam

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"
)

// maxPolicyBytes limits the size of one document. AWS's own limit is 10,240 characters
// for all inline policies of a role together.
const maxPolicyBytes = 64 << 10

// Policy has the permissions of one principal: one or more identity policies together. It
// records which of its permissions were needed, see [Policy.Unused]. A Policy is safe for
// concurrent use.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
type Policy struct {
	statements []*statement

	mu   sync.Mutex
	used map[*pattern]bool
}

// MalformedPolicyError reports the error in a policy, as AWS's MalformedPolicyDocument
// does.
type MalformedPolicyError struct {
	Reason string
}

func (e *MalformedPolicyError) Error() string { return "malformed policy document: " + e.Reason }

func malformed(format string, args ...any) error {
	return &MalformedPolicyError{Reason: fmt.Sprintf(format, args...)}
}

// ParsePolicy parses identity policies. A principal with several policies is allowed
// everything that one of them allows. ParsePolicy returns an error for everything that
// the emulator would not enforce exactly as AWS does, and the error names it: an unknown
// element, an unsupported condition operator, a policy variable.
func ParsePolicy(documents ...[]byte) (*Policy, error) {
	return parsePolicy(identityPolicy, documents)
}

// ParseResourcePolicy parses the policy of a resource (a bucket or a queue), whose
// statements name the principals that they apply to. It is as strict as [ParsePolicy].
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

// parseStatements accepts a list or a single statement, as AWS does.
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
