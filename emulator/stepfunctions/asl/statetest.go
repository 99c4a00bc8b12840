package asl

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"triptych/emulator/stepfunctions/asl/jsonata"
)

// testedState is the name of a state that is tested without a machine.
const testedState = "TestState"

// ParseState parses the definition of one state, whose query language is JSONata or that has
// no field that depends on the query language. Its transitions may lead to any state. The
// problems are those of [Parse].
func ParseState(text []byte) (*Definition, error) {
	fields, problem := read(text)
	if problem != nil {
		return nil, &DefinitionError{Problems: []Problem{*problem}}
	}

	p := &parser{names: map[string]string{testedState: "/"}, language: queryJSONPath}

	var err error
	if p.text, err = jsonata.DecodeAsRead(text); err != nil {
		p.text = nil // An empty text is an empty definition.
	}

	root := &flow{startAt: testedState, states: map[string]state{}}
	root.states[testedState] = p.state(testedState, p.object("", fields), nil)

	if len(p.problems) > 0 {
		return nil, &DefinitionError{Problems: p.problems}
	}

	return &Definition{root: root, children: p.children}, nil
}

// ErrNoState means that a definition has no state with a name.
var ErrNoState = errors.New("the definition has no such state")

var errNoContext = errors.New("the context is not an object")

// StateTest describes the test of one state.
type StateTest struct {
	State     string                     // The state's name, at any depth; "" means the state of ParseState.
	Start     StartOptions               // Describes the execution for $states.context. Its Input is the state's input.
	Variables map[string]json.RawMessage // Nil means no variables.
	Context   json.RawMessage            // Members that replace those of $states.context; empty means none.
	Retries   int                        // How many times the retrier that matches was used.
}

// StateRun is the run of one state. The driver makes its task or waits for its time, if
// there are any, and reports the result. It then reads [StateRun.Result].
type StateRun struct {
	run    *run
	frame  *frame
	state  state
	probe  *probe
	failed *Failure // The failure that the state has handled.

	inspection Inspection
	items      []json.RawMessage // The inputs of the iterations of a Map.
	mapRun     *mapRun           // The settings of a DISTRIBUTED Map.
}

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

// Test starts the test of a state.
// https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html
func (m *Machine) Test(test StateTest) (*StateRun, error) {
	if test.State == "" {
		test.State = testedState
	}

	input, err := compact(test.Start.Input)
	if err != nil {
		return nil, err
	}

	test.Start.Input = input
	machine, root, leaf := m.frameOf(test.State)

	if leaf == nil {
		return nil, fmt.Errorf("test %s: %w", test.State, ErrNoState)
	}

	x := &executionState{Options: test.Start, Root: root}
	r := machine.begin(x)
	x.Started = r.now
	out := &StateRun{run: r, frame: leaf, probe: &probe{frame: leaf}, inspection: Inspection{Input: input}}
	r.probe = out.probe
	out.state = r.stateOf(leaf)

	if out.probe.context, err = r.testContext(leaf, test.Context, input); err != nil {
		return nil, err
	}

	leaf.Phase, leaf.Input, leaf.Variables, leaf.Entered = phaseRunning, input, test.Variables, r.now
	leaf.RetryCount = test.Retries

	for range out.state.facts().retry {
		leaf.Retries = append(leaf.Retries, test.Retries)
	}

	out.start()

	return out, nil
}

// testContext returns the members of the context object that the test sets. A state inside a
// Map has the state's input as the first item.
// https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html#automatic-context-population
func (r *run) testContext(leaf *frame, given, input json.RawMessage) (*jsonata.Object, error) {
	context := members()

	for f := leaf.parent; f != nil; f = f.parent {
		if r.stateOf(f).facts().kind != kindMap {
			continue
		}

		value, err := jsonata.Decode(input)
		if err != nil {
			return nil, err
		}

		context.Set("Map", members("Item", members("Index", float64(0), "Value", value)))

		break
	}

	if len(given) == 0 {
		return context, nil
	}

	value, err := jsonata.Decode(given)
	if err != nil {
		return nil, fmt.Errorf("read the context: %w", err)
	}

	object, ok := value.(*jsonata.Object)
	if !ok {
		return nil, errNoContext
	}

	for name, value := range object.All() {
		context.Set(name, value)
	}

	return context, nil
}

// frameOf returns the frame of a state, with the frames above it, and the machine that the
// state belongs to. It returns no frame if there is no such state.
func (m *Machine) frameOf(name string) (machine *Machine, root, leaf *frame) {
	root = &frame{}
	if leaf := m.definition.root.frameOf(name, root); leaf != nil {
		return m, root, leaf
	}

	for label := range m.definition.children {
		child, _ := m.Child(label)
		if leaf := child.definition.root.frameOf(name, root); leaf != nil {
			return child, root, leaf
		}
	}

	return m, nil, nil
}

// frameOf sets a frame that runs the flow to the state with a name, or to the state that
// contains it, and returns the frame of the state.
func (f *flow) frameOf(name string, at *frame) *frame {
	if _, ok := f.states[name]; ok {
		at.State = name

		return at
	}

	for _, outer := range sortedKeys(f.states) {
		var inner []*flow

		switch container := f.states[outer].(type) {
		case *parallelState:
			inner = container.branches
		case *mapState:
			inner = []*flow{container.processor}
		}

		for i, flow := range inner {
			child := &frame{Index: i, parent: at}
			if leaf := flow.frameOf(name, child); leaf != nil {
				at.State, at.Phase, at.Children = outer, phaseChildren, []*frame{child}

				return leaf
			}
		}
	}

	return nil
}

// Kind returns the type of the state.
func (t *StateRun) Kind() string { return t.state.facts().kind }

// Task returns the task that the driver has to run.
func (t *StateRun) Task() (Task, bool) {
	task, ok := t.state.(*taskState)
	if !ok || t.frame.Phase != phaseTask || t.probe.left {
		return Task{}, false
	}

	return task.task(t.run, t.frame), true
}

// Due returns the time until which a Wait state waits.
func (t *StateRun) Due() (time.Time, bool) {
	if t.frame.Phase != phaseWait || t.probe.left {
		return time.Time{}, false
	}

	return t.frame.Timers[0].Due, true
}

// Waited ends the wait of a Wait state.
func (t *StateRun) Waited() {
	if wait, ok := t.state.(*waitState); ok {
		wait.over(t.run, t.frame)
	}
}

// Succeed reports the result of the task, or of all branches or iterations.
func (t *StateRun) Succeed(result json.RawMessage) {
	if t.probe.left { // A field before the task has failed.
		return
	}

	t.inspection.Result = result

	if task, ok := t.state.(*taskState); ok {
		task.succeeded(t.run, t.frame, result)

		return
	}

	value, err := jsonata.Decode(result)
	if err != nil {
		t.Fail(Failure{Error: ErrorRuntime, Cause: err.Error()})

		return
	}

	t.run.complete(t.frame, t.run.newScope(t.frame).with("result", value), result)
}

// Fail reports the failure of the task, or of a branch or an iteration.
func (t *StateRun) Fail(failure Failure) {
	if t.probe.left {
		return
	}

	t.failed = &failure

	if task, ok := t.state.(*taskState); ok {
		task.failed(t.run, t.frame, failure, failure.Error)

		return
	}

	t.run.fail(t.frame, failure, failure.Error)
}
