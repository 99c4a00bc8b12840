package inject

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// ruleJSON is the JSON form of a rule. The section decides which fields are allowed.
type ruleJSON struct {
	Function   *string  `json:"function"`
	Service    *string  `json:"service"`
	Operation  *string  `json:"operation"`
	DetailType *string  `json:"detailType"`
	Kind       Kind     `json:"kind"`
	Rate       *float64 `json:"rate"`
	Calls      []uint64 `json:"calls"`
	Every      *uint64  `json:"every"`
	From       *uint64  `json:"from"`
	Millis     *int64   `json:"millis"`
	ErrorType  *string  `json:"errorType"`
}

// section is a list of rules in a plan, and describes which rules it may contain.
type section struct {
	name     string
	kinds    []Kind
	subject  func(*ruleJSON) *string
	field    string // the name of the field that holds the subject
	subjects []string
}

// Subjects and sections of rules.
var (
	functions = []string{"validate", "sanitize", "resize", "record", "erase", anyName}
	services  = []string{"s3", "dynamodb", "states", "events", "sqs", "ssm", "lambda", cloudFrontService, anyName}

	lambdaSection = section{"lambda", []Kind{Error, Throttle, Timeout, Crash, Slow}, func(w *ruleJSON) *string { return w.Function }, "function", functions}
	apiSection    = section{"api", []Kind{Error, Throttle, Timeout, Slow}, func(w *ruleJSON) *string { return w.Operation }, "operation", nil}
	eventsSection = section{"events", []Kind{Lose, Double, Late}, func(w *ruleJSON) *string { return w.DetailType }, "detailType", nil}
)

// ruleProblems is the list of problems of a rule. Each begins with the field, such as
// ".kind: …".
type ruleProblems []string

func (c *ruleProblems) addf(field, format string, args ...any) {
	*c = append(*c, "."+field+": "+fmt.Sprintf(format, args...))
}

// rule reads one rule.
func (s *section) rule(text json.RawMessage) (*Rule, ruleProblems) {
	var (
		read  ruleJSON
		wrong ruleProblems
	)

	if err := strictly(text, &read); err != nil {
		return &Rule{}, ruleProblems{": " + err.Error()}
	}

	rule := &Rule{Kind: read.Kind, Subject: anyName, ErrorType: defaultErrorType, Span: spanOf(read.Kind)}

	s.about(&read, rule, &wrong)

	if !slices.Contains(s.kinds, read.Kind) {
		wrong.addf("kind", "%q is not one of %v", read.Kind, s.kinds)
	}

	if read.ErrorType != nil {
		rule.ErrorType = *read.ErrorType

		if read.Kind != Error || s.name != lambdaSection.name || *read.ErrorType == "" {
			wrong.addf("errorType", `it must name the error of a function, and the kind must be "error"`)
		}
	}

	rule.when = read.when(&wrong)
	read.span(rule, &wrong)

	return rule, wrong
}

// about reads the subject of a rule.
func (s *section) about(read *ruleJSON, rule *Rule, wrong *ruleProblems) {
	for _, other := range []struct {
		field string
		given *string
	}{{"function", read.Function}, {"operation", read.Operation}, {"detailType", read.DetailType}} {
		if other.given != nil && other.field != s.field {
			wrong.addf(other.field, "the field does not belong in a rule of %s", s.name)
		}
	}

	switch subject := s.subject(read); {
	case subject == nil:
		wrong.addf(s.field, `the field is missing; use "*" for any`)
	case len(s.subjects) > 0 && !slices.Contains(s.subjects, *subject):
		wrong.addf(s.field, "%q is not one of %s", *subject, strings.Join(s.subjects, ", "))
	default:
		rule.Subject = *subject
	}

	switch api := s.name == apiSection.name; {
	case !api && read.Service != nil:
		wrong.addf("service", "the field does not belong in a rule of %s", s.name)
	case api && read.Service == nil:
		wrong.addf("service", `the field is missing; use "*" for any`)
	case api && !slices.Contains(services, *read.Service):
		wrong.addf("service", "%q is not one of %s", *read.Service, strings.Join(services, ", "))
	case api:
		rule.Service = *read.Service
	}
}
