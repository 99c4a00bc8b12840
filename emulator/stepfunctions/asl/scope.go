package asl

import "triptych/emulator/stepfunctions/asl/jsonata"

// scope is what the expressions of one field, or of fields that are evaluated together, can
// read: $states, and the variables at the time when the state was entered.
type scope struct {
	run    *run
	frame  *frame
	states map[string]any  // The members of $states.
	seen   map[string]any  // The variables that have been decoded so far.
	budget *jsonata.Budget // Shared by all expressions that are evaluated in this scope.
}

// newScope returns a scope with the frame's state input and context.
func (r *run) newScope(f *frame) *scope {
	input, err := jsonata.Decode(f.Input)
	if err != nil {
		input = nil // Every Input was validated when it was received.
	}

	return &scope{
		run:    r,
		frame:  f,
		states: map[string]any{"input": input, "context": r.contextObject(f)},
		seen:   map[string]any{},
		budget: jsonata.NewBudget(),
	}
}

// with adds a member to $states: result or errorOutput.
func (s *scope) with(member string, value any) *scope {
	s.states[member] = value

	return s
}

// withToken adds Task.Token to the context object; "" adds nothing.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#wait-token-contextobject
func (s *scope) withToken(token string) *scope {
	if context, ok := s.states["context"].(map[string]any); ok && token != "" {
		context["Task"] = map[string]any{"Token": token}
	}

	return s
}

// withMapItem adds Map.Item to the context object, for an ItemSelector.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
func (s *scope) withMapItem(index int, value any, source string) *scope {
	contextObject := s.run.contextObject(s.frame)
	contextObject["Map"] = map[string]any{"Item": map[string]any{
		"Index":  float64(index),
		"Value":  value,
		"Source": source,
	}}

	return &scope{
		run:    s.run,
		frame:  s.frame,
		states: map[string]any{"input": s.states["input"], "context": contextObject},
		seen:   s.seen,
		budget: s.budget,
	}
}

// values returns the scope as expressions see it.
func (s *scope) values() *jsonata.Scope {
	return &jsonata.Scope{Lookup: s.lookup, Now: s.run.now, Random: s.run.machine.random, Budget: s.budget}
}

// lookup returns the value of a name: $states, a variable of this scope or an outer scope,
// or a function.
// https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variable-scope
func (s *scope) lookup(name string) (any, bool) {
	if name == "states" {
		return s.states, true
	}

	if value, ok := s.seen[name]; ok {
		return value, true
	}

	for f := s.frame; f != nil; f = f.parent {
		if text, ok := f.Variables[name]; ok {
			value, err := jsonata.Decode(text)
			if err != nil {
				return nil, false
			}

			s.seen[name] = value

			return s.seen[name], true
		}
	}

	return nil, false
}

// contextTime formats a time as the context object does: ISO 8601 with three fractional
// digits, or without them if they are zeros.
func contextTime(t Timestamp) string {
	if t.Nanosecond() == 0 {
		return t.UTC().Format("2006-01-02T15:04:05Z")
	}

	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// contextObject returns $states.context.
func (r *run) contextObject(f *frame) map[string]any {
	const name = "Name"

	options := r.x.Options

	execution := map[string]any{
		"Id":           options.ExecutionARN,
		"Input":        r.executionInput(),
		name:           options.ExecutionName,
		"RoleArn":      options.RoleARN,
		"StartTime":    contextTime(Timestamp{r.x.Started}),
		"RedriveCount": float64(r.x.RedriveCount),
	}
	if r.x.RedriveCount > 0 {
		execution["RedriveTime"] = contextTime(Timestamp{r.x.RedriveDate})
	}

	return r.probe.override(map[string]any{
		"Execution":    execution,
		"StateMachine": map[string]any{"Id": options.StateMachineARN, name: options.StateMachineName},
		"State": map[string]any{
			"EnteredTime": contextTime(Timestamp{f.Entered}),
			name:          f.State,
			"RetryCount":  float64(f.RetryCount),
		},
	})
}

// executionInput returns the execution's input. It is decoded once for each report.
func (r *run) executionInput() any {
	if !r.decoded {
		value, err := jsonata.Decode(r.x.Options.Input)
		if err != nil {
			value = nil // Start has rejected input that is not JSON.
		}

		r.input, r.decoded = value, true
	}

	return r.input
}
