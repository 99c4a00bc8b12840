package asl

import (
	"encoding/json"

	"triptych/emulator/stepfunctions/asl/jsonata"
)

// probe records how the tested frame leaves its state, instead of a transition.
type probe struct {
	frame   *frame
	context *jsonata.Object // Replaces members of the context object.
	left    bool
	next    string
	output  json.RawMessage
	failure *Failure
}

// leaves reports whether a probe has recorded that a frame leaves its state.
func (p *probe) leaves(f *frame, next string, output json.RawMessage, failure *Failure) bool {
	if p == nil || p.frame != f {
		return false
	}

	p.left, p.next, p.output, p.failure = true, next, output, failure

	return true
}

// override replaces members of a context object.
func (p *probe) override(context *jsonata.Object) *jsonata.Object {
	if p != nil && p.context != nil {
		for name, value := range p.context.All() {
			context.Set(name, value)
		}
	}

	return context
}
