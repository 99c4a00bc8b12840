package asl

import "fmt"

// choiceState continues with the Next of the first rule whose condition is true.
// https://states-language.net/spec.html#choice-state
type choiceState struct {
	*common

	rules        []choiceRule
	fallback     string
	fallbackPath string
}

type choiceRule struct {
	condition *template
	next      string
	assign    *template
	output    *template
	path      string
}

func (p *parser) choiceState(base *common, fields *object) state {
	out := &choiceState{common: base, fallback: fields.text("Default"), fallbackPath: fields.at("Default")}

	for _, entry := range fields.children("Choices") {
		if p.literal {
			entry.withoutJSONata("Condition", "Output")
		} else {
			entry.require("Condition", "Next")
		}

		rule := choiceRule{next: entry.text("Next"), path: entry.path}
		rule.condition = entry.template("Condition", reach{})
		rule.assign = assignment(entry, reach{})
		rule.output = entry.template("Output", reach{})

		if rule.condition == nil {
			rule.condition = &template{literal: false}
		}

		entry.text("Comment")
		entry.finish()

		out.rules = append(out.rules, rule)
	}

	fields.require("Choices")

	if entries, there := fields.fields["Choices"].([]any); there && len(entries) == 0 {
		fields.problemf("Choices", "a Choice needs at least one choice")
	}

	base.assign = assignment(fields, reach{})
	base.output = fields.template("Output", reach{})

	return out
}

func (s *choiceState) targets() []target {
	var out []target
	for _, rule := range s.rules {
		out = append(out, target{name: rule.next, path: rule.path + "/Next"})
	}

	if s.fallback != "" {
		out = append(out, target{name: s.fallback, path: s.fallbackPath})
	}

	return out
}

func (s *choiceState) start(r *run, f *frame) {
	scope := r.newScope(f)

	for i, rule := range s.rules {
		location := fmt.Sprintf("Choices[%d]/", i)

		value, err := rule.condition.eval(scope, location+"Condition")
		if err != nil {
			r.evaluationFailed(f, err, atStart)

			return
		}

		holds, ok := value.(bool)
		if !ok {
			r.evaluationFailed(f, rule.condition.unexpected(location+"Condition", "boolean", value), atStart)

			return
		}

		if holds {
			r.exitState(f, scope, exit{assign: rule.assign, output: rule.output, location: location, next: rule.next, at: atExit}, f.Input)

			return
		}
	}

	if s.fallback == "" {
		r.frameFailed(f, Failure{Error: ErrorNoChoiceMatched, Cause: fmt.Sprintf(
			"An error occurred while executing the state '%s' (entered at the event id #%d). Failed to transition out of the state. The state does not point to a next state.", f.State, f.EnteredID)})

		return
	}

	r.exitState(f, scope, exit{assign: s.assign, output: s.output, next: s.fallback, at: atExit}, f.Input)
}
