package jsonata

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// reference is an entry of testdata/jsonata.json: the results of JSONata's reference
// implementation.
type reference struct {
	Input     json.RawMessage            `json:"input"`
	Variables map[string]json.RawMessage `json:"variables"`
	Cases     []struct {
		Expression string `json:"expression"`
		Result     any    `json:"result"`
		Undefined  bool   `json:"undefined"`
		Fails      bool   `json:"fails"`
	} `json:"cases"`
}

func loadReference(t *testing.T) *reference {
	t.Helper()

	text, err := os.ReadFile("testdata/jsonata.json")
	if err != nil {
		t.Fatal(err)
	}

	var out reference
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}

	return &out
}

// testScope returns a scope with the input in $states, and the variables, at time 0.
func testScope(input json.RawMessage, variables map[string]json.RawMessage) *Scope {
	values := map[string]any{}

	for name, text := range variables {
		if value, err := Decode(text); err == nil {
			values[name] = value
		}
	}

	if value, err := Decode(input); err == nil {
		values["states"] = FromMap(map[string]any{"input": value})
	}

	return &Scope{
		Lookup: func(name string) (any, bool) {
			value, found := values[name]

			return value, found
		},
		Now: time.Unix(0, 0), Random: rand.New(rand.NewPCG(1, 2)), Budget: NewBudget(),
	}
}

func evaluate(t *testing.T, source string, s *Scope) (any, error) {
	t.Helper()

	compiled, err := Compile(source)
	if err != nil {
		t.Fatalf("compile %s: %v", source, err)
	}

	return compiled.Eval(s)
}

// untyped returns a value with the types of encoding/json.
func untyped(t *testing.T, value any) any {
	t.Helper()

	text, err := Encode(value)
	if err != nil {
		t.Fatal(err)
	}

	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}

	return out
}

func TestExpression_reference(t *testing.T) {
	want := loadReference(t)

	for _, c := range want.Cases {
		t.Run(c.Expression, func(t *testing.T) {
			got, err := evaluate(t, c.Expression, testScope(want.Input, want.Variables))

			var failed *EvaluationError

			switch undefined := errors.As(err, &failed) && failed.Undefined; {
			case c.Undefined:
				if !undefined {
					t.Errorf("got %v, %v; want undefined", got, err)
				}
			case c.Fails:
				if err == nil || undefined {
					t.Errorf("got %v, %v; want a failure", got, err)
				}
			case err != nil:
				t.Errorf("failed: %v", err)
			default:
				if diff := cmp.Diff(c.Result, untyped(t, got)); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestFunctions_AWS(t *testing.T) {
	tests := map[string]struct {
		expression string
		want       string
	}{
		"partition":           {"$partition([1,2,3,4,5], 2)", `[[1,2],[3,4],[5]]`},
		"partition rounds":    {"$partition([1,2,3], 2.9)", `[[1,2],[3]]`},
		"range up":            {"$range(0, 10, 4)", `[0,4,8]`},
		"range down":          {"$range(3, 0, -1)", `[3,2,1,0]`},
		"MD5":                 {"$hash('a', 'MD5')", `"0cc175b9c0f1b6a831c399e269772661"`},
		"SHA-1":               {"$hash('', 'SHA-1')", `"da39a3ee5e6b4b0d3255bfef95601890afd80709"`},
		"SHA-256 is 64 long":  {"$length($hash('a', 'SHA-256'))", `64`},
		"SHA-384 is 96 long":  {"$length($hash('a', 'SHA-384'))", `96`},
		"SHA-512 is 128 long": {"$length($hash('a', 'SHA-512'))", `128`},
		"seeded random":       {"$random(7) = $random(7)", `true`},
		"random":              {"$random() >= 0 and $random() < 1", `true`},
		"uuid":                {"$contains($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)", `true`},
		"uuids differ":        {"$uuid() != $uuid()", `true`},
		"parse":               {`$parse('{"a":[1,null]}')`, `{"a":[1,null]}`},
		"pad right":           {"$pad('foo', 5)", `"foo  "`},
		"pad left with":       {"$pad('foo', -6, '#-')", `"#-#foo"`},
		"pad the context":     {"'x' ~> $pad(3, 'é')", `"xéé"`},
		"pad in a path":       {"['a', 'b'].$pad(2, '.')", `["a.","b."]`},
		"the machine's clock": {"$now()", `"1970-01-01T00:00:00.000Z"`},
		"its milliseconds":    {"$millis()", `0`},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := evaluate(t, test.expression, testScope(json.RawMessage(`{}`), nil))
			if err != nil {
				t.Fatal(err)
			}

			text, err := Encode(got)
			if err != nil {
				t.Fatal(err)
			}

			if string(text) != test.want {
				t.Errorf("got %s, want %s", text, test.want)
			}
		})
	}
}

func TestFunctions_wrongArguments(t *testing.T) {
	for _, expression := range []string{
		"$partition([1], 0)", "$partition([1], 'a')", "$range(1, 2, 0)", "$range(0, 1e9, 1)", "$range(1)", "$hash('a', 'CRC')", "$hash(1, 'MD5')",
		"$parse('{')", "$parse(1)", "$random('a')", "$assert('x')", "$assert(false)", "$error()", "$formatInteger(1, 'x')",
		"$formatInteger(1e300, 'I')", "$parseInteger('x', 'w')", "$parseInteger('!', 'I')", "$parseInteger('x', '0')",
		"$pad('x', 1e12)", "$pad('x', -1e12, 'ab')", "$pad(1, 2)", "$pad('x')", "$pad('x', 2, 3)",
		"($f := function() { $f() }; $f())", "$map(1)", "$each(1, function($x){$x})", "$match(1, /a/)", "$keys()", "$spread()", "$single([])",
	} {
		t.Run(expression, func(t *testing.T) {
			if got, err := evaluate(t, expression, testScope(json.RawMessage(`{}`), nil)); err == nil {
				t.Errorf("got %v, want a failure", got)
			}
		})
	}
}

func TestCompile_invalid(t *testing.T) {
	tests := map[string]struct{ source, want string }{
		"parent at the start": {"%.b", "S0217: The object representing the 'parent' cannot be derived from this expression"},
		"open comment":        {"1 /*", "S0106: Comment has no closing tag"},
		"open string":         {"'a", "S0101: String literal must be terminated by a matching quote"},
		"open bracket":        {"[1", `S0203: Expected "]" before end of expression`},
		"two operands":        {"1 2", "S0201: Syntax error: 2"},
		"no operand":          {"1 + ", "S0207: Unexpected end of expression"},
		"deep nesting":        {strings.Repeat("[", 6000), errNesting.Error()},
		"eval":                {"$eval('1')", errEval.Error()},
		"eval in a function":  {"$map([1], $eval)", errEval.Error()},
		"lookahead":           {"/a(?=b)/", "is not supported"},
		"reference":           {`/(a)\1/`, "the reference \\1 in a regular expression is not supported"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := Compile(test.source); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

func TestExpression_operatorsInText(t *testing.T) {
	for expression, want := range map[string]any{
		"'@#%'": "@#%", "7 % 4": 3.0, "{'a%': 1}.`a%`": 1.0, "$contains('a@b', /@/)": true, "(7) % 4": 3.0, "$count([1]) % 2": 1.0,
	} {
		if got, err := evaluate(t, expression, testScope(json.RawMessage(`{}`), nil)); err != nil || got != want {
			t.Errorf("%s: got %v, %v; want %v", expression, got, err, want)
		}
	}
}

// Concurrent evaluations of one expression do not affect each other.
func TestExpression_keepsNoState(t *testing.T) {
	chained, err := Compile("$x ~> $map(function($v) { $v & 'a' ~> $uppercase() }) ~> $join('-')")
	if err != nil {
		t.Fatal(err)
	}

	var wait sync.WaitGroup

	for worker := range 8 {
		wait.Go(func() {
			letter := string(rune('a' + worker))
			upper := string(rune('A' + worker))
			want := upper + "A-" + upper + "A" // & binds more tightly than ~>.

			for range 50 {
				text, err := Encode([]any{letter, letter})
				if err != nil {
					t.Error(err)

					return
				}

				got, err := chained.Eval(testScope(json.RawMessage(`{}`), map[string]json.RawMessage{"x": text}))
				if err != nil {
					t.Error(err)

					return
				}

				if got != want {
					t.Errorf("got %v, want %v", got, want)

					return
				}
			}
		})
	}

	wait.Wait()

	if got, err := chained.Eval(testScope(json.RawMessage(`{}`), nil)); err == nil {
		t.Errorf("without $x: got %v from another evaluation's variable", got)
	}
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		"$states.input.a", "$x ~> $f() and 1", "a[b=1].c^(>d){e: f}", "function($x){$x}", "'a' & \"b\"", "/a\\/b/i", "$sift($p, function($v,$k){$k != 'x'})",
		"|a|{'b':1},['c']|", "1 /* c */ + 2", "`q r`.*.**", "[1..3][-1]", "a.%", "@", "$x = null or $y != null",
	} {
		f.Add(seed)
	}

	f.Fuzz(func(t *testing.T, source string) {
		compiled, err := Compile(source)
		if err != nil {
			return
		}

		if len(compiled.source) > len(source) {
			t.Errorf("%q became %q", source, compiled.source)
		}
	})
}

// An expression that would take hours is stopped, by its time or by its steps. Other
// expressions are not.
func TestEvaluation_timeLimit(t *testing.T) {
	for source, ends := range map[string]bool{
		"($a := [1..4000]; $a[$count($a[$ = 0]) = 1])":   false,
		"$sum([1..100].([1..100].($ * 2)))":              true,
		"$count([1..9999][$count([1..999][$ < 0]) > 0])": false,
		"(1; (2; 3))": true,
	} {
		compiled, err := Compile(source)
		if err != nil {
			t.Fatal(err)
		}

		limit := 200 * time.Millisecond
		if ends {
			limit = time.Minute
		}

		_, err = compiled.evalWithin(testScope(json.RawMessage(`{}`), nil), undefined{}, limit)
		if ends != (err == nil) || (err != nil && !strings.Contains(err.Error(), "timeout") && !strings.Contains(err.Error(), "steps")) {
			t.Errorf("%s: %v", source, err)
		}
	}
}
