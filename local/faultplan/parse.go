package faultplan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// document is a plan as it is written.
type document struct {
	Seed   uint64            `json:"seed"`
	Lambda []json.RawMessage `json:"lambda"`
	API    []json.RawMessage `json:"api"`
	Events []json.RawMessage `json:"events"`
}

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
	services  = []string{"s3", "dynamodb", "states", "events", "sqs", "ssm", "lambda", anything}

	lambdaSection = section{"lambda", []Kind{Error, Throttle, Timeout, Crash, Slow}, func(w *written) *string { return w.Function }, "function", functions}
	apiSection    = section{"api", []Kind{Error, Throttle, Timeout, Slow}, func(w *written) *string { return w.Operation }, "operation", nil}
	eventsSection = section{"events", []Kind{Lose, Double, Late}, func(w *written) *string { return w.DetailType }, "detailType", nil}
)

const (
	// maxMillis bounds every wait to ten minutes.
	maxMillis = 600_000
	// cutWithin is how long a function lives on, at most, that is cut short.
	cutWithin = 100 * time.Millisecond
	// lateBy is how long an event is held back where the plan does not say it.
	lateBy = 2 * time.Second
	// defaultErrorType is one that no state machine retries.
	defaultErrorType = "FaultPlan"
)

// Parse reads a plan. It is strict: fields that are not known, kinds that do not
// fit and numbers out of range are all reported at once, each with where it stands.
func Parse(text []byte) (*Plan, error) {
	var read document

	if err := strictly(text, &read); err != nil {
		return nil, fmt.Errorf("the fault plan: %w", err)
	}

	var (
		plan     = &Plan{Seed: read.Seed}
		problems []error
		chain    uint64
	)

	for _, part := range []struct {
		section

		rules []json.RawMessage
		into  *[]*Rule
	}{{lambdaSection, read.Lambda, &plan.Lambda}, {apiSection, read.API, &plan.API}, {eventsSection, read.Events, &plan.Events}} {
		for i, text := range part.rules {
			rule, found := part.rule(text)
			for _, problem := range found {
				problems = append(problems, fmt.Errorf("%s[%d]%w", part.name, i, problem))
			}

			chain++
			rule.chain = chain
			*part.into = append(*part.into, rule)
		}
	}

	if len(problems) > 0 {
		return nil, fmt.Errorf("the fault plan: %w", errors.Join(problems...))
	}

	if chain == 0 {
		return nil, errors.New(`the fault plan has no rules: give it some in "lambda", "api" or "events"`)
	}

	return plan, nil
}

// strictly decodes one JSON value, with nothing unknown in it and nothing after it.
func strictly(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()

	if err := decoder.Decode(into); err != nil {
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			return fmt.Errorf("line %d: %w", 1+bytes.Count(text[:min(int(syntax.Offset), len(text))], []byte("\n")), err)
		}

		return errors.New(strings.TrimPrefix(err.Error(), "json: "))
	}

	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more after its end")
	}

	return nil
}

// rule reads one rule. Its problems begin with the field, as ".kind: …".
func (s *section) rule(text json.RawMessage) (*Rule, []error) {
	var (
		read     written
		problems []error
	)

	if err := strictly(text, &read); err != nil {
		return &Rule{}, []error{fmt.Errorf(": %w", err)}
	}

	complain := func(field, format string, args ...any) {
		problems = append(problems, fmt.Errorf("."+field+": "+format, args...))
	}

	rule := &Rule{Kind: read.Kind, Subject: anything, Span: spanOf(read.Kind)}

	for field, given := range map[string]*string{
		"function": read.Function, "operation": read.Operation, "detailType": read.DetailType,
	} {
		if given != nil && field != s.field {
			complain(field, "it has no place in a rule of %s", s.name)
		}
	}

	switch subject := s.subject(&read); {
	case subject == nil:
		complain(s.field, `it is missing; "*" is any`)
	case len(s.subjects) > 0 && !slices.Contains(s.subjects, *subject):
		complain(s.field, "%q is none of %s", *subject, strings.Join(s.subjects, ", "))
	default:
		rule.Subject = *subject
	}

	switch api := s.name == apiSection.name; {
	case !api && read.Service != nil:
		complain("service", "it has no place in a rule of %s", s.name)
	case api && read.Service == nil:
		complain("service", `it is missing; "*" is any`)
	case api && !slices.Contains(services, *read.Service):
		complain("service", "%q is none of %s", *read.Service, strings.Join(services, ", "))
	case api:
		rule.Service = *read.Service
	}

	if !slices.Contains(s.kinds, read.Kind) {
		complain("kind", "%q is none of %v", read.Kind, s.kinds)
	}

	rule.ErrorType = defaultErrorType
	if read.ErrorType != nil {
		if rule.ErrorType = *read.ErrorType; read.Kind != Error || s.name != lambdaSection.name || *read.ErrorType == "" {
			complain("errorType", "it is the name of a function's error")
		}
	}

	rule.when = read.when(complain)
	read.span(rule, complain)

	return rule, problems
}

// when reads which calls go wrong.
func (w *written) when(complain func(field, format string, args ...any)) when {
	given := 0

	for _, has := range []bool{w.Rate != nil, w.Calls != nil, w.Every != nil} {
		if has {
			given++
		}
	}

	if given != 1 {
		complain("rate", `exactly one of "rate", "calls" and "every" says which calls go wrong, not %d`, given)

		return when{}
	}

	if w.From != nil && w.Every == nil {
		complain("from", `it goes with "every"`)
	}

	switch {
	case w.Rate != nil:
		if *w.Rate <= 0 || *w.Rate > 1 {
			complain("rate", "%v is not within 0 (exclusive) and 1", *w.Rate)
		}

		return when{rate: *w.Rate}
	case w.Every != nil:
		found := when{every: *w.Every, from: *w.Every}
		if w.From != nil {
			found.from = *w.From
		}

		if found.every == 0 || found.from == 0 {
			complain("every", `it and "from" count from 1`)
		}

		return found
	default:
		if len(w.Calls) == 0 || slices.Contains(w.Calls, 0) {
			complain("calls", "it lists calls, which are counted from 1")
		}

		return when{calls: w.Calls}
	}
}

// span reads how long something takes.
func (w *written) span(rule *Rule, complain func(field, format string, args ...any)) {
	switch {
	case w.Millis == nil && rule.Kind == Slow:
		complain("millis", "it is missing: how slow?")
	case w.Millis == nil:
	case spanOf(rule.Kind) == 0 && rule.Kind != Slow:
		complain("millis", "it has no place in a rule of the kind %s", rule.Kind)
	case *w.Millis < 1 || *w.Millis > maxMillis:
		complain("millis", "%d is not within 1 and %d", *w.Millis, maxMillis)
	default:
		rule.Span = time.Duration(*w.Millis) * time.Millisecond
	}
}

// spanOf is how long a kind takes where the plan does not say; 0 where it takes
// no time, or has to be said.
func spanOf(kind Kind) time.Duration {
	switch kind {
	case Crash, Timeout:
		return cutWithin
	case Late:
		return lateBy
	case Error, Throttle, Slow, Lose, Double:
		return 0
	default:
		return 0
	}
}
