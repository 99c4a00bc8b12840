package inject

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// document is the JSON form of a plan.
type document struct {
	Seed   uint64            `json:"seed"`
	Lambda []json.RawMessage `json:"lambda"`
	API    []json.RawMessage `json:"api"`
	Events []json.RawMessage `json:"events"`
}

// Parse parses a plan. It is strict: it reports unknown fields, unsuitable kinds and
// numbers out of range all at once, each with its position.
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
				problems = append(problems, fmt.Errorf("%s[%d]%s", part.name, i, problem))
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
		return nil, errors.New(`the fault plan has no rules: add rules to "lambda", "api" or "events"`)
	}

	return plan, nil
}

// strictly decodes one JSON value. It rejects unknown fields and data after the value.
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
		return errors.New("unexpected data after the end of the JSON value")
	}

	return nil
}
