package asl

// passState passes its input on, or builds an output from it.
// https://states-language.net/spec.html#pass-state
type passState struct{ *common }

func (p *parser) passState(base *common, fields *object) state {
	base.assign = assignment(fields, reach{})
	base.output = fields.template("Output", reach{})
	base.continues(fields)

	return &passState{common: base}
}

func (s *passState) start(r *run, f *frame) { r.complete(f, r.newScope(f), f.Input) }
