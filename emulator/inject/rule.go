package inject

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// written is a rule as it is written. Which fields it may have depends on where
// it stands.
type written struct {
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

// section is a list of rules: what may stand in it.
type section struct {
	name     string
	kinds    []Kind
	subject  func(*written) *string
	field    string // that names the subject
	subjects []string
}

// What rules can be about.
var (
	functions = []string{"validate", "sanitize", "resize", "record", "erase", anything}
	services  = []string{"s3", "dynamodb", "states", "events", "sqs", "ssm", "lambda", cloudFrontService, anything}

	lambdaSection = section{"lambda", []Kind{Error, Throttle, Timeout, Crash, Slow}, func(w *written) *string { return w.Function }, "function", functions}
	apiSection    = section{"api", []Kind{Error, Throttle, Timeout, Slow}, func(w *written) *string { return w.Operation }, "operation", nil}
	eventsSection = section{"events", []Kind{Lose, Double, Late}, func(w *written) *string { return w.DetailType }, "detailType", nil}
)

// complaints are what is wrong with a rule, each beginning with the field, as
// ".kind: …".
type complaints []string

func (c *complaints) addf(field, format string, args ...any) {
	*c = append(*c, "."+field+": "+fmt.Sprintf(format, args...))
}

// rule reads one rule.
func (s *section) rule(text json.RawMessage) (*Rule, complaints) {
	var (
		read  written
		wrong complaints
	)

	if err := strictly(text, &read); err != nil {
		return &Rule{}, complaints{": " + err.Error()}
	}

	rule := &Rule{Kind: read.Kind, Subject: anything, ErrorType: defaultErrorType, Span: spanOf(read.Kind)}

	s.about(&read, rule, &wrong)

	if !slices.Contains(s.kinds, read.Kind) {
		wrong.addf("kind", "%q is none of %v", read.Kind, s.kinds)
	}

	if read.ErrorType != nil {
		rule.ErrorType = *read.ErrorType

		if read.Kind != Error || s.name != lambdaSection.name || *read.ErrorType == "" {
			wrong.addf("errorType", "it is the name of a function's error")
		}
	}

	rule.when = read.when(&wrong)
	read.span(rule, &wrong)

	return rule, wrong
}

// about reads what a rule is about.
func (s *section) about(read *written, rule *Rule, wrong *complaints) {
	for _, other := range []struct {
		field string
		given *string
	}{{"function", read.Function}, {"operation", read.Operation}, {"detailType", read.DetailType}} {
		if other.given != nil && other.field != s.field {
			wrong.addf(other.field, "it has no place in a rule of %s", s.name)
		}
	}

	switch subject := s.subject(read); {
	case subject == nil:
		wrong.addf(s.field, `it is missing; "*" is any`)
	case len(s.subjects) > 0 && !slices.Contains(s.subjects, *subject):
		wrong.addf(s.field, "%q is none of %s", *subject, strings.Join(s.subjects, ", "))
	default:
		rule.Subject = *subject
	}

	switch api := s.name == apiSection.name; {
	case !api && read.Service != nil:
		wrong.addf("service", "it has no place in a rule of %s", s.name)
	case api && read.Service == nil:
		wrong.addf("service", `it is missing; "*" is any`)
	case api && !slices.Contains(services, *read.Service):
		wrong.addf("service", "%q is none of %s", *read.Service, strings.Join(services, ", "))
	case api:
		rule.Service = *read.Service
	}
}
