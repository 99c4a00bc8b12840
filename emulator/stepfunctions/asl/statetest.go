package asl

import (
	"encoding/json"
	"errors"
	"fmt"

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
