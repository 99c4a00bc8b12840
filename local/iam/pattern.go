package iam

import "strings"

// arnSegments is how many parts an ARN has:
// arn:partition:service:region:account:resource. The last may hold colons.
const arnSegments = 6

// pattern is an action or an ARN with the wildcards * and ?.
type pattern struct {
	text    string
	isARN   bool
	parts   []string // Of an ARN, matched one by one: a * does not cross a colon, but in the resource.
	anyText bool     // The bare "*".
}

// actionPattern reads "s3:GetObject", "s3:Get*" or "*". Service and action are
// matched without regard to case; AWS allows no wildcard in the service.
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

// resourcePattern reads an ARN or "*".
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

// refuseVariables rejects ${aws:username} and its like: they stand for what the
// laptop's principals don't have, and would otherwise match only themselves.
func refuseVariables(text string) error {
	if strings.Contains(text, "${") {
		return malformed("policy variables are not supported on the laptop")
	}

	return nil
}

func (p *pattern) matches(value string) bool {
	if p.anyText {
		return true
	}

	if !p.isARN {
		return wildcard(p.parts[0], strings.ToLower(value))
	}

	values := strings.SplitN(value, ":", arnSegments)
	if len(values) != arnSegments {
		return false
	}

	for i, part := range p.parts {
		if !wildcard(part, values[i]) {
			return false
		}
	}

	return true
}

// wildcard matches * (any run of characters, also none) and ? (any one
// character), in time linear in the text for every star that the pattern has:
// on a mismatch it goes back to the last star only.
func wildcard(pattern, text string) bool {
	p, t := []rune(pattern), []rune(text)
	star, resume := -1, 0
	i, j := 0, 0

	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '*':
			star, resume = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == t[j]):
			i++
			j++
		case star >= 0:
			resume++
			i, j = star+1, resume
		default:
			return false
		}
	}

	for i < len(p) && p[i] == '*' {
		i++
	}

	return i == len(p)
}
