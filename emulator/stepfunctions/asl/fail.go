package asl

// failState ends a flow with a failure.
// https://states-language.net/spec.html#fail-state
type failState struct {
	*common

	errorName *template
	cause     *template
}

func (p *parser) failState(base *common, fields *object) state {
	return &failState{
		common:    base,
		errorName: fields.template("Error", reach{}),
		cause:     fields.template("Cause", reach{}),
	}
}

func (s *failState) start(r *run, f *frame) {
	scope := r.newScope(f)

	var (
		failure Failure
		err     error
	)

	if s.errorName != nil {
		failure.Error, err = s.errorName.text(scope, "Error")
	}

	if err == nil && s.cause != nil {
		failure.Cause, err = s.cause.text(scope, "Cause")
	}

	if err != nil {
		r.evaluationFailed(f, err, atStart)

		return
	}

	r.frameFailed(f, failure)
}
