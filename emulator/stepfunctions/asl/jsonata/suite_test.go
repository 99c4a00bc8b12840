package jsonata

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

// suiteCase is a case of JSONata's own test suite (MIT license, see NOTICE).
// testdata/suite.js writes the cases.
type suiteCase struct {
	Name      string                     `json:"name"`
	Expr      json.RawMessage            `json:"expr"`
	Data      json.RawMessage            `json:"data"`
	Dataset   string                     `json:"dataset"`
	Bindings  map[string]json.RawMessage `json:"bindings"`
	Result    json.RawMessage            `json:"result"`
	Undefined bool                       `json:"undefined"`
	Code      string                     `json:"code"`
	Message   string                     `json:"message"`
}

// suiteExceptions are the groups or cases that this package does not pass, and why.
var suiteExceptions = map[string]string{
	"function-eval":          "Step Functions has no $eval",
	"range-operator/case021": "ten million numbers exceed the budget's memory",
	"range-operator/case024": "ten million numbers exceed the budget's memory",
	"tail-recursion/case002": "the case sets a depth of 302 in the suite's own harness. JSONata returns the number, as this package does",
}

func exceptionOf(name string) string {
	for prefix, reason := range suiteExceptions {
		if name == prefix || strings.HasPrefix(name, prefix+"/") {
			return reason
		}
	}

	return ""
}

// outcome evaluates a case and returns its result as JSON, "undefined", or its error.
func (c *suiteCase) outcome(datasets map[string]json.RawMessage) string {
	// An expression can contain half a character, which encoding/json would replace.
	source, err := Decode(c.Expr)
	if err != nil {
		return err.Error()
	}

	compiled, err := Compile(source.(string))
	if err != nil {
		return err.Error()
	}

	var input any = undefined{}

	text := c.Data
	if c.Dataset != "" {
		text = datasets[c.Dataset]
	}

	if text != nil {
		if input, err = Decode(text); err != nil {
			return err.Error()
		}
	}

	values := map[string]any{}

	for name, text := range c.Bindings {
		if values[name], err = Decode(text); err != nil {
			return err.Error()
		}
	}

	value, err := compiled.evalWithin(&Scope{
		Lookup: func(name string) (any, bool) {
			value, found := values[name]

			return value, found
		},
		Now: time.Now(), Random: rand.New(rand.NewPCG(1, 2)), Budget: NewBudget(),
	}, input, maxEvaluation)

	var failed *EvaluationError
	if errors.As(err, &failed) && failed.Undefined {
		return "undefined"
	}

	if err != nil {
		return err.Error()
	}

	out, err := Encode(value)
	if err != nil {
		return err.Error()
	}

	return string(out)
}

// passes reports whether an outcome is that of the reference implementation.
func (c *suiteCase) passes(got string) bool {
	switch {
	case c.Code == "U1001": // The suite's limit of time or depth.
		return got == errEvaluationDepth.Error() || got == errEvaluationSteps.Error() || got == errEvaluationMemory.Error()
	case c.Code != "":
		return strings.Contains(got, c.Code+": ")
	case c.Undefined:
		return got == "undefined"
	default:
		return got == string(c.Result)
	}
}

// suite is a file of cases.
type suite struct {
	Datasets map[string]json.RawMessage `json:"datasets"`
	Bindings map[string]json.RawMessage `json:"bindings"`
	Cases    []suiteCase                `json:"cases"`
}

func readSuite(t *testing.T, path string) *suite {
	t.Helper()

	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	out := &suite{}
	if err := json.Unmarshal(text, out); err != nil {
		t.Fatal(err)
	}

	return out
}

// At least 99 % of the cases of JSONata's test suite have the result of JSONata 2.0.6.
func TestExpression_suite(t *testing.T) {
	suite := readSuite(t, "testdata/suite.json")
	passed := 0

	for i := range suite.Cases {
		c := &suite.Cases[i]
		got := c.outcome(suite.Datasets)
		reason := exceptionOf(c.Name)

		switch passes := c.passes(got); {
		case passes && suiteExceptions[c.Name] != "":
			t.Errorf("%s passes, but is an exception", c.Name)
		case passes:
			passed++
		case reason == "":
			t.Errorf("%s: %s\n got %.300s\nwant %.300s", c.Name, c.Expr, got, string(c.Result)+c.Code)
		}
	}

	t.Logf("%d of %d cases pass", passed, len(suite.Cases))

	if passed*100 < len(suite.Cases)*99 {
		t.Errorf("%d of %d cases pass, want 99 %%", passed, len(suite.Cases))
	}
}

// Random expressions have the results, and the texts of errors, of JSONata 2.0.6.
// testdata/random.js writes the expressions.
func TestExpression_random(t *testing.T) {
	path := "testdata/random.json"
	if other := os.Getenv("JSONATA_RANDOM"); other != "" {
		path = other
	}

	suite := readSuite(t, path)

	for i := range suite.Cases {
		c := &suite.Cases[i]
		c.Dataset, c.Bindings = "input", suite.Bindings

		got := c.outcome(suite.Datasets)
		if passes := c.passes(got) && strings.HasSuffix(got, c.Message); !passes {
			t.Errorf("%s\n got %.300s\nwant %.300s", c.Expr, got, string(c.Result)+c.Code+" "+c.Message)
		}
	}
}

// An expression with any text is compiled and evaluated without a panic, within its budget.
func FuzzExpression(f *testing.F) {
	for _, seed := range []string{
		"list.a", "$map(list, function($v){$v.a})", "list^(>a){b: $}", "orders@$o.items#$i.{'a': %.id}", "$ ~> |**|{'x':1},'a'|", "$match(text, /(a)?/)",
		"$formatNumber(1.5, '#,##0.0e0')", "$fromMillis(0, '[Y0001][z]')", "$toMillis('1', '[Y]')", "($f := function($n)<n:n>{$f($n)}; $f(1))", "$substring(?, 1)('abc')",
	} {
		f.Add(seed)
	}

	input, err := Decode([]byte(`{"list":[{"a":1,"b":"x"},{"a":2}],"text":"aé😀","empty":[],"orders":[{"id":1,"items":[1,2]}]}`))
	if err != nil {
		f.Fatal(err)
	}

	f.Fuzz(func(t *testing.T, source string) {
		compiled, err := Compile(source)
		if err != nil {
			return
		}

		budget := NewBudget()
		budget.bytes, budget.steps = budget.bytes/64, budget.steps/64

		value, err := compiled.evalWithin(&Scope{
			Lookup: func(string) (any, bool) { return nil, false },
			Now:    time.Unix(0, 0), Random: rand.New(rand.NewPCG(1, 2)), Budget: budget,
		}, input, time.Second)
		if err != nil {
			if strings.Contains(err.Error(), errPanic.Error()) {
				t.Errorf("%q: %v", source, err)
			}

			return
		}

		if _, err := Encode(value); err != nil {
			t.Errorf("%q: %v", source, err)
		}
	})
}
