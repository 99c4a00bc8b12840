package asl

import "triptych/emulator/stepfunctions/asl/jsonata"

import "encoding/json"

// mapState runs a flow for every item of an array.
// https://states-language.net/spec.html#map-state
// https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
type mapState struct {
	*common

	items          *template
	itemSelector   *template
	maxConcurrency *template
	processor      *flow
}

// inlineConcurrency is the maximum number of concurrent iterations of an INLINE Map.
// https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
const inlineConcurrency = 40

func (p *parser) mapState(base *common, fields *object, assigned []string) state {
	out := &mapState{common: base}
	out.items = fields.template("Items", reach{})
	out.itemSelector = fields.template("ItemSelector", reach{})
	out.maxConcurrency = fields.seconds("MaxConcurrency", 0)

	// AWS accepts the tolerated failures of a DISTRIBUTED Map, and ignores them.
	fields.seconds("ToleratedFailureCount", 0)
	fields.percentage("ToleratedFailurePercentage")

	fields.require("ItemProcessor")

	processor := fields.child("ItemProcessor")
	if processor == nil {
		out.processor = &flow{}
	} else {
		if config := processor.child("ProcessorConfig"); config != nil {
			if mode := config.text("Mode"); mode != "" && mode != modeInline {
				config.problemf("Mode", "the mode %s is not supported: only INLINE and DISTRIBUTED", mode)
			}

			config.take("ExecutionType")
			config.finish()
		}

		processor.text("Comment")

		out.processor = p.flow(processor, assigned)
		processor.finish()
	}

	base.assign = assignment(fields, reach{result: true})
	base.output = fields.template("Output", reach{result: true})
	base.continues(fields)
	base.handlers(fields)

	return out
}

func (s *mapState) start(r *run, f *frame) {
	scope := r.newScope(f)

	inputs, limit, err := s.inputs(r, f, scope)
	if err != nil {
		r.evaluationFailed(f, err, atStart)

		return
	}

	r.frameEvent(f, HistoryEvent{Type: EventMapStateStarted, MapStateStarted: &MapStateStartedDetails{Length: len(inputs)}})

	f.Phase = phaseChildren
	f.Limit = limit
	f.Children = make([]*frame, len(inputs))

	for i, input := range inputs {
		f.Children[i] = &frame{Index: i, Phase: phasePending, Input: input, parent: f}
	}

	s.proceed(r, f, f.Previous)
}

// maxMapInputBytes limits the inputs of all iterations of an inline Map together, because
// the execution's state holds all of them.
const maxMapInputBytes = 64 << 20

// inputs evaluates Items, ItemSelector and MaxConcurrency.
func (s *mapState) inputs(r *run, f *frame, scope *scope) ([]json.RawMessage, int, error) {
	items, err := listOf(s.items, f, scope)
	if err != nil {
		return nil, 0, err
	}

	limit := float64(inlineConcurrency)

	if s.maxConcurrency != nil {
		asked, err := s.maxConcurrency.seconds(scope, "MaxConcurrency", 0)
		if err != nil {
			return nil, 0, err
		}

		if asked > 0 {
			limit = min(limit, asked)
		}
	}

	inputs := make([]json.RawMessage, len(items))
	bytes := 0

	for i, item := range items {
		if s.itemSelector == nil {
			inputs[i], err = jsonata.Encode(item)
		} else {
			inputs[i], err = r.evaluate(s.itemSelector, scope.withMapItem(i, item, "STATE_DATA"), "ItemSelector")
		}

		if err != nil {
			return nil, 0, err
		}

		if bytes += len(inputs[i]); len(inputs[i]) > MaxDataBytes || bytes > maxMapInputBytes {
			return nil, 0, dataLimit(f.State)
		}
	}

	return inputs, int(limit), nil
}

// listOf returns the Items of a Map, or the state's input if the Map has no Items.
func listOf(items *template, f *frame, scope *scope) ([]any, error) {
	const location = "Items"

	if items == nil {
		input, err := jsonata.Decode(f.Input)
		if err != nil {
			return nil, err
		}

		items = &template{literal: input}
	}

	value, err := items.eval(scope, location)
	if err != nil {
		return nil, err
	}

	list, ok := value.([]any)
	if !ok {
		if items.expression == nil {
			return nil, &fieldError{location: location, cause: "Map state input must be an array but was: " + textOf(value)}
		}

		return nil, items.unexpected(location, "array", value)
	}

	return list, nil
}

// proceed starts as many pending iterations as the limit allows, and ends the state when
// all iterations have ended. The iterations follow the event with the ID previous.
func (s *mapState) proceed(r *run, f *frame, previous int64) {
	running, done := 0, 0

	for _, child := range f.Children {
		if child.alive() {
			running++
		}

		if child.Phase == phaseDone {
			done++
		}
	}

	if done == len(f.Children) {
		r.collect(f)

		return
	}

	for _, child := range f.Children {
		if running >= f.Limit {
			return
		}

		if child.Phase != phasePending {
			continue
		}

		running++
		child.Previous = r.event(HistoryEvent{Type: EventMapIterationStarted, MapIterationStarted: s.iteration(child)}, previous)
		r.enterNext(child, s.processor.startAt, child.Input)
	}
}

// childDone starts the next iteration. On AWS, this iteration follows the last event of the
// one that has ended, and not its MapIterationSucceeded.
func (s *mapState) childDone(r *run, f, child *frame) {
	f.Previous = r.event(HistoryEvent{Type: EventMapIterationSucceeded, MapIterationSucceeded: s.iteration(child)}, child.Previous)
	s.proceed(r, f, child.Previous)
}

func (s *mapState) childEnded(r *run, _, child *frame, previous int64) {
	if child.Phase == phaseFailed {
		r.event(HistoryEvent{Type: EventMapIterationFailed, MapIterationFailed: s.iteration(child)}, previous)
	} else {
		r.event(HistoryEvent{Type: EventMapIterationAborted, MapIterationAborted: s.iteration(child)}, previous)
	}
}

func (s *mapState) iteration(child *frame) *MapIterationDetails {
	return &MapIterationDetails{Name: s.name, Index: child.Index}
}

func (s *mapState) redrive(r *run, f *frame) {
	for _, child := range f.Children {
		if child.Phase != phaseFailed && child.Phase != phaseAborted {
			continue
		}

		child.Previous = r.event(HistoryEvent{Type: EventMapIterationStarted, MapIterationStarted: s.iteration(child)}, f.Previous)
		r.resume(child)
	}

	s.proceed(r, f, f.Previous)
}
