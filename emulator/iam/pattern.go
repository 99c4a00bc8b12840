package iam

import (
	"strings"

	"triptych/emulator/wildcard"
)

// arnSegments is the number of parts of an ARN:
// arn:partition:service:region:account:resource. The last part may contain colons.
const arnSegments = 6

// pattern is an action or an ARN with the wildcards * and ?.
type pattern struct {
	text    string
	isARN   bool
	parts   []string // Of an ARN, matched one by one: a * matches colons only in the resource.
	anyText bool     // The bare "*".
}

// actionPattern parses "s3:GetObject", "s3:Get*" or "*". Service and action are
// case-insensitive. AWS allows no wildcard in the service.
func actionPattern(text string) (*pattern, error) {
	if err := refuseVariables(text); err != nil {
		return nil, err
	}

	if text == "*" {
		return &pattern{text: text, anyText: true}, nil
	}

	service, action, found := strings.Cut(text, ":")
	if !found || service == "" || action == "" || strings.ContainsAny(service, "*?") {
		return nil, malformed(`want "service:Action" or "*"`)
	}

	return &pattern{text: text, parts: []string{strings.ToLower(text)}}, nil
}

// resourcePattern parses an ARN or "*".
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func resourcePattern(text string) (*pattern, error) {
	if err := refuseVariables(text); err != nil {
		return nil, err
	}

	if text == "*" {
		return &pattern{text: text, isARN: true, anyText: true}, nil
	}

	parts := strings.SplitN(text, ":", arnSegments)
	if len(parts) != arnSegments || parts[0] != "arn" {
		return nil, malformed(`want an ARN of six parts, or "*"`)
	}

	return &pattern{text: text, isARN: true, parts: parts}, nil
}

// refuseVariables rejects policy variables such as ${aws:username}. They refer to
// properties that the emulator's principals do not have, and would otherwise match only
// their own text.
func refuseVariables(text string) error {
	if strings.Contains(text, "${") {
		return malformed("policy variables are not supported by the emulator")
	}

	return nil
}

func (p *pattern) matches(value string) bool {
	if p.anyText {
		return true
	}

	if !p.isARN {
		return wildcard.Match(p.parts[0], strings.ToLower(value))
	}

	values := strings.SplitN(value, ":", arnSegments)
	if len(values) != arnSegments {
		return false
	}

	for i, part := range p.parts {
		if !wildcard.Match(part, values[i]) {
			return false
		}
	}

	return true
}
