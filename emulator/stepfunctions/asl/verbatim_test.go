package asl_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"triptych/emulator/stepfunctions/asl"
)

// wantText compares an output with its text, including the order of members.
func wantText(t *testing.T, result *asl.Result, want string) {
	t.Helper()

	if got := string(result.Outcome.Output); result.Outcome.Status != asl.StatusSucceeded || got != want {
		t.Errorf("got %s %s (%s: %s), want %s", result.Outcome.Status, got, result.Outcome.Error, result.Outcome.Cause, want)
	}
}

// The values are recorded from AWS.
func TestExecution_valuesOfExpressions(t *testing.T) {
	t.Parallel()

	pass := func(output string) string { return `"A": {"Type": "Pass", "End": true, "Output": ` + output + `}` }

	for name, test := range map[string]struct{ states, input, want string }{
		"an empty array in Output":           {pass(`"{% $states.input.items %}"`), `{"items": []}`, `[]`},
		"an empty array as the input":        {pass(`"{% $states.input %}"`), `[]`, `[]`},
		"an empty array in an object":        {pass(`"{% {'x': $states.input.items, 'y': 1} %}"`), `{"items": []}`, `{"x":[],"y":1}`},
		"an empty array in a variable":       {`"A": {"Type": "Pass", "Assign": {"v": "{% $states.input.items %}"}, "Next": "B"}, "B": {"Type": "Succeed", "Output": "{% $v %}"}`, `{"items": []}`, `[]`},
		"a range of one number":              {pass(`"{% $range(1, 9, 9) %}"`), `{}`, `1`},
		"a range of more numbers":            {pass(`"{% $range(1, 9, 4) %}"`), `{}`, `[1,5,9]`},
		"the negative zero":                  {pass(`"{% $parse('-0') %}"`), `{}`, `0`},
		"the order of a template":            {pass(`{"z": 1, "a": "{% 2 %}", "m": [{"y": 1, "b": 2}]}`), `{}`, `{"z":1,"a":2,"m":[{"y":1,"b":2}]}`},
		"the order of an object":             {pass(`"{% {'z': 1, 'a': 2} %}"`), `{}`, `{"z":1,"a":2}`},
		"the order of the input":             {pass(`"{% $states.input %}"`), `{"z": 1, "a": 2}`, `{"z":1,"a":2}`},
		"the order in a text":                {pass(`"{% $string($states.input) %}"`), `{"z": 1, "a": 2}`, `"{\"z\":1,\"a\":2}"`},
		"the order of a merge":               {pass(`"{% $merge([$states.input, {'b': 3, 'z': 4}]) %}"`), `{"z": 1, "a": 2}`, `{"z":4,"a":2,"b":3}`},
		"a filter without matches in a list": {pass(`"{% [$states.input.list[n > 5]] %}"`), `{"list": [{"n": 1}]}`, `[]`},
		"a Map over an empty list": {
			`"A": {"Type": "Map", "End": true, "Items": "{% $states.input.items %}", "ItemProcessor": {"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}}`,
			`{"items": []}`, `[]`,
		},
		"an empty array in an ItemSelector": {
			`"A": {"Type": "Map", "End": true, "Items": [1], "ItemSelector": {"v": "{% $states.context.Map.Item.Value %}", "list": "{% $states.input.items %}"},
			  "ItemProcessor": {"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}}`,
			`{"items": []}`, `[{"v":1,"list":[]}]`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantText(t, run(t, &asl.Runner{Definition: machine(t, "A", test.states), Tasks: echo}, test.input), test.want)
		})
	}
}

func TestExecution_errorsOfExpressions(t *testing.T) {
	t.Parallel()

	for expression, want := range map[string]string{
		"$foo()":      "T1006: Attempted to invoke a non-function",
		"1 + 'a'":     `T2002: The right side of the "+" operator must evaluate to a number`,
		"$sum('a')":   `T0412: Argument 1 of function "sum" must be an array of "numbers"`,
		"$error('x')": "D3137: x",
	} {
		t.Run(expression, func(t *testing.T) {
			t.Parallel()

			result := run(t, &asl.Runner{Definition: machine(t, "A", `"A": {"Type": "Succeed", "Output": "{% `+expression+` %}"}`), Tasks: echo}, `{}`)
			wantOutcome(t, result.Outcome, failed("States.QueryEvaluationError", "An error occurred while executing the state 'A' (entered at the event id #2). "+
				"The JSONata expression '"+expression+"' specified for the field 'Output' threw an error during evaluation. "+want))
		})
	}
}

// A state that passes its input on does not change the text of the input.
func TestExecution_keepsTheTextOfItsInput(t *testing.T) {
	t.Parallel()

	const input = "[\"Hello\",  \"World\"]\n"

	for name, states := range map[string]string{
		"Pass":    `"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}`,
		"Choice":  `"A": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "B"}]}, "B": {"Type": "Succeed"}`,
		"Wait":    `"A": {"Type": "Wait", "Seconds": 1, "Next": "B"}, "B": {"Type": "Succeed"}`,
		"Succeed": `"A": {"Type": "Succeed"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantText(t, run(t, &asl.Runner{Definition: machine(t, "A", states), Tasks: echo}, input), input)
		})
	}
}

// The text of the input is kept when an execution is stored and read again.
func TestExecution_storesTheTextOfItsInput(t *testing.T) {
	t.Parallel()

	const input = `{"a b":  "c \" d",	"e": [1, 2]}`

	clock := asl.NewVirtualClock(time.Unix(1_700_000_000, 0))
	states := `"A": {"Type": "Parallel", "Next": "C", "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Wait", "Seconds": 5, "End": true}}}]}, "C": {"Type": "Succeed", "Output": "{% $states.input[0].e %}"}`
	machine := asl.New(machine(t, "A", states), clock, rand.New(rand.NewPCG(1, 1)))

	x, _, err := machine.Start(options(input))
	if err != nil {
		t.Fatal(err)
	}

	text, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}

	again := &asl.Execution{}
	if err := json.Unmarshal(text, again); err != nil {
		t.Fatal(err)
	}

	if got := string(again.Input()); got != input {
		t.Errorf("got %s, want %s", got, input)
	}

	second, err := json.Marshal(again)
	if err != nil || string(second) != string(text) {
		t.Errorf("stored again: %s, %v; want %s", second, err, text)
	}
}
