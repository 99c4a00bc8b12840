package asl

// succeedState ends a flow with success.
// https://states-language.net/spec.html#succeed-state
type succeedState struct{ *common }

func (p *parser) succeedState(base *common, fields *object) state {
	base.output = fields.template("Output", reach{})

	return &succeedState{common: base}
}

func (s *succeedState) start(r *run, f *frame) { r.complete(f, r.newScope(f), f.Input) }
