package asl

// parallelState runs several flows concurrently.
// https://states-language.net/spec.html#parallel-state
type parallelState struct {
	*common

	arguments *template
	branches  []*flow
}

const eventParallelStarted EventType = "ParallelStateStarted"

func (p *parser) parallelState(base *common, fields *object, assigned []string) state {
	out := &parallelState{common: base, arguments: fields.template("Arguments", reach{})}

	for _, branch := range fields.children("Branches") {
		branch.text("Comment")

		out.branches = append(out.branches, p.flow(branch, assigned))
		branch.finish()
	}

	fields.require("Branches")

	if entries, there := fields.fields["Branches"].([]any); there && len(entries) == 0 {
		fields.problemf("Branches", "a Parallel needs at least one branch")
	}

	base.assign = assignment(fields, reach{result: true})
	base.output = fields.template("Output", reach{result: true})
	base.continues(fields)
	base.handlers(fields)

	return out
}

func (s *parallelState) start(r *run, f *frame) {
	input := f.Input

	if s.arguments != nil {
		var err error
		if input, err = r.evaluate(s.arguments, r.newScope(f), "Arguments"); err == nil && len(input) > MaxDataBytes {
			err = dataLimit(f.State)
		}

		if err != nil {
			r.evaluationFailed(f, err, atStart)

			return
		}
	}

	r.frameEvent(f, HistoryEvent{Type: eventParallelStarted})

	f.Phase = phaseChildren
	f.Children = make([]*frame, len(s.branches))

	for i, branch := range s.branches {
		f.Children[i] = &frame{Index: i, Previous: f.Previous, parent: f}
		r.enterNext(f.Children[i], branch.startAt, input)
	}
}

func (s *parallelState) childDone(r *run, f, child *frame) {
	f.Previous = child.Previous

	for _, other := range f.Children {
		if other.Phase != phaseDone {
			return
		}
	}

	r.collect(f)
}

// childEnded adds no event, because a branch has no events of its own.
func (s *parallelState) childEnded(*run, *frame, *frame, int64) {}

func (s *parallelState) redrive(r *run, f *frame) {
	finished := true

	for _, child := range f.Children {
		if child.Phase != phaseDone {
			finished = false
			child.Previous = f.Previous
			r.resume(child)
		}
	}

	if finished {
		r.collect(f)
	}
}
