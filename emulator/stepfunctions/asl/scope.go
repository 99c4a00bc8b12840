package asl

import "triptych/emulator/stepfunctions/asl/jsonata"

// scope holds the values that expressions can read: $states, and the variables at the
// time when the state was entered. The expressions are those of one field, or of fields
// that are evaluated together.
type scope struct {
	run    *run
	frame  *frame
	states *jsonata.Object // $states.
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
		states: states(input, r.contextObject(f)),
		seen:   map[string]any{},
		budget: jsonata.NewBudget(),
	}
}

// with adds a member to $states: result or errorOutput.
func (s *scope) with(member string, value any) *scope {
	s.states.Set(member, value)

	return s
}

// withToken adds Task.Token to the context object; "" adds nothing.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#wait-token-contextobject
func (s *scope) withToken(token string) *scope {
	value, _ := s.states.Get("context")
	if context, ok := value.(*jsonata.Object); ok && token != "" {
		context.Set("Task", members("Token", token))
	}

	return s
}

// withMapItem adds Map.Item to the context object, for an ItemSelector.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
func (s *scope) withMapItem(index int, value any, source string) *scope {
	contextObject := s.run.contextObject(s.frame)
	contextObject.Set("Map", members("Item", members("Index", float64(index), "Value", value, "Source", source)))

	input, _ := s.states.Get("input")

	return &scope{
		run:    s.run,
		frame:  s.frame,
		states: states(input, contextObject),
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

// members returns an object. Its arguments are a name, its value, the next name, and so
// on.
func members(pairs ...any) *jsonata.Object {
	out := jsonata.NewObject(len(pairs))

	for i := 1; i < len(pairs); i += 2 {
		name, _ := pairs[i-1].(string)
		out.Set(name, pairs[i])
	}

	return out
}

// states returns $states.
func states(input any, contextObject *jsonata.Object) *jsonata.Object {
	return members("input", input, "context", contextObject)
}

// contextObject returns $states.context.
func (r *run) contextObject(f *frame) *jsonata.Object {
	options := r.x.Options

	execution := members(
		"Id", options.ExecutionARN,
		"Input", r.executionInput(),
		"StartTime", contextTime(Timestamp{r.x.Started}),
		"Name", options.ExecutionName,
		"RoleArn", options.RoleARN,
		"RedriveCount", float64(r.x.RedriveCount),
	)
	if r.x.RedriveCount > 0 {
		execution.Set("RedriveTime", contextTime(Timestamp{r.x.RedriveDate}))
	}

	return r.probe.override(members(
		"Execution", execution,
		"StateMachine", members("Id", options.StateMachineARN, "Name", options.StateMachineName),
		"State", members("Name", f.State, "EnteredTime", contextTime(Timestamp{f.Entered}), "RetryCount", float64(f.RetryCount)),
	))
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
