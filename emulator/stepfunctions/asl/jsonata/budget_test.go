package jsonata

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// allocated evaluates an expression and returns the number of bytes that it allocates. With
// smaller, the budget is an eighth. The allocated bytes are an upper limit of the bytes in
// use.
func allocated(t *testing.T, source string, smaller bool) (uint64, error) {
	compiled, err := Compile(source)
	if err != nil {
		t.Fatalf("compile %s: %v", source, err)
	}

	var before, after runtime.MemStats

	s := testScope(json.RawMessage(`{"list":[{"x":1},{"x":2}],"text":"aaaaaaaaaa"}`), nil)
	if smaller {
		s.Budget.bytes /= 8
		s.Budget.steps /= 8
	}

	runtime.ReadMemStats(&before)

	// The other limits end the evaluation, however slow the machine is.
	_, err = compiled.evalWithin(s, undefined{}, time.Hour)

	runtime.ReadMemStats(&after)

	return after.TotalAlloc - before.TotalAlloc, err
}

// cpuTime returns the CPU time of this process, which does not depend on what else the
// machine does.
func cpuTime(t *testing.T) time.Duration {
	t.Helper()

	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}

	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// allowedBytes is the maximum that an evaluation may really allocate. Its budget counts
// values, but not the temporary memory of the steps, which the number of steps limits.
const allowedBytes = 6 * maxEvaluationBytes

// doubling returns a function that applies an expression of $s thirty times.
func doubling(start, step string) string {
	return fmt.Sprintf("$reduce([1..30], function($s, $i) { %s }, %s)", step, start)
}

func TestEvaluation_endsWithinItsBudget(t *testing.T) {
	tests := map[string]string{
		"pad of a pad":           `$pad("a",10000000,$pad("b",10000000))`,
		"pads in a map":          `$map([1..1000], function($i) { $pad("a", 10000000) })`,
		"pads in a path":         `[1..1000].$pad("a", 10000000)`,
		"text doubled":           doubling("'aaaaaaaaaaaaaaaaaaaa'", "$s & $s"),
		"lists doubled":          doubling("[1..100]", "$append($s, $s)"),
		"lists by constructor":   doubling("[1..100]", "[$s, $s]"),
		"join":                   doubling("'aaaaaaaaaaaaaaaaaaaa'", "$join([$s, $s], $s)"),
		"replace":                doubling("'aaaaaaaaaa'", "$replace($s, 'a', $s)"),
		"replace by pattern":     doubling("'aaaaaaaaaa'", "$replace($s, /a/, '$0$0' & $s)"),
		"replace by function":    doubling("'aaaaaaaaaa'", "$replace($s, /a/, function($m) { $s })"),
		"string of a string":     doubling("'\"\\\\'", "$string([$s, $s])"),
		"string with indents":    doubling("[1]", "[[$s]] ~> $string(true) ~> $append([$s])"),
		"split":                  `$map([1..100], function($i) { $split($pad("a", 1000000), "") })`,
		"split by a pattern":     `$map([1..100], function($i) { $split($pad("a", 1000000, "ab"), /b/) })`,
		"match":                  `$map([1..100], function($i) { $match($pad("a", 1000000), /./) })`,
		"match with groups":      `$match($pad("a", 10000000), /((((((((a))))))))/)`,
		"ranges":                 `[1..10000000].([1..10000000])`,
		"ranges in a list":       `[[1..9999999],[1..9999999],[1..9999999],[1..9999999]]`,
		"range":                  `$map([1..100], function($i) { $range(1, 9999999, 1) })`,
		"shared parts":           doubling("[1]", "[[$s], [$s]]"),
		"shared objects":         doubling("{'a':1}", "{'a':$s,'b':$s}"),
		"shared, as text":        "$string(" + doubling("{'a':1}", "{'a':$s,'b':$s}") + ")",
		"shared, compared":       "($x := " + doubling("{'a':1}", "{'a':$s,'b':$s}") + "; $y := " + doubling("{'a':1}", "{'a':$s,'b':$s}") + "; $x = $y)",
		"shared, descended":      "$count((" + doubling("{'a':1}", "{'a':$s,'b':$s}") + ").**)",
		"shared, wildcard":       "$count((" + doubling("[1]", "[[$s],[$s]]") + ").*)",
		"shared, a path":         `($big := [1..10000]; $l := $map([1..10000], function($i) { {"a": $big} }); $count($l.a))`,
		"shared, boolean":        "$boolean(" + doubling("[0]", "[[$s],[$s]]") + ")",
		"shared, transformed":    doubling("{'a':{}}", "{'a':$s,'b':$s}") + " ~> |**|{'c':1}|",
		"shared, distinct":       "$distinct([" + doubling("{'a':1}", "{'a':$s,'b':$s}") + ", 1])",
		"spread":                 doubling("[{'a':1,'b':2}]", "$spread([$s, $s])"),
		"merge":                  doubling("[{'a':1}]", "[$s, $merge($s)]"),
		"zip":                    doubling("[1..100]", "$append($s, $zip($s, $s))"),
		"partition":              doubling("[1..100]", "$append($s, $partition($s, 1))"),
		"sort":                   doubling("[1..100]", "$sort([$s, $s])"),
		"order-by":               doubling("[1..100]", "[$s, $s]^($)"),
		"reverse":                doubling("[1..100]", "$append($s, $reverse($s))"),
		"shuffle":                doubling("[1..100]", "$append($s, $shuffle($s))"),
		"each":                   doubling("[1..100]", "$each({'a':$s,'b':$s}, function($v) { $v }) ~> $append([])"),
		"group":                  doubling("[1..100]", "$append($s, $s){$string($): $}.*"),
		"uppercase":              `$map([1..1000], function($i) { $uppercase($pad("a", 1000000)) })`,
		"base64":                 doubling("'aaaaaaaaaa'", "$base64encode($s & $s)"),
		"percent-encoding":       doubling("'%%%%'", "$encodeUrlComponent($s)"),
		"substring":              `$map([1..1000], function($i) { $substring($pad("a", 1000000), 1) })`,
		"parse":                  `$map([1..100], function($i) { $parse("[" & $pad("", 1000000, "[],") & "0]") })`,
		"deep recursion":         `($f := function($n) { 1 + $f($n + 1) }; $f(1))`,
		"endless recursion":      `($f := function($n) { $f($n + 1) }; $f(1))`,
		"mutual recursion":       `($f := function($n) { $g($n & "aaaaaaaa") }; $g := function($n) { $f($n) }; $f(""))`,
		"composed functions":     `($f := $reduce([1..1000000], function($f) { $f ~> $uppercase }, $lowercase); $f("a"))`,
		"partial functions":      `($f := $reduce([1..1000000], function($f, $i) { $f(?) }, $lowercase); $f("a"))`,
		"deep object":            `$reduce([1..1000000], function($o, $i) { {"a": $o} }, {})`,
		"deep object as text":    `$string($reduce([1..1000000], function($o, $i) { {"a": $o} }, {}))`,
		"an object in itself":    `$string({"a": {}} ~> |a|{"b": $$, "c": $}| ~> |a|{"d": $}|)`,
		"updates of one object":  `($m := $merge([1..20000].{$string($): $}); $m ~> |($x := $; [1..100000].$x)|{"a": 1}|)`,
		"an endless own pattern": `($f := function() { {"match": "", "start": 9000000, "end": 9000000, "groups": [], "next": $f} }; $match($pad("a", 9000000), function($t) { $f() }))`,
		"optional parameters":    `(function($a)<` + strings.Repeat("s?", 60) + `n:s> { 1 })(` + strings.Repeat("'a',", 60) + `'b')`,
		"bindings of a path":     `($l := [1..300].{"a": [1..300]}; $count($l@$x.a@$y.($x.a)@$z))`,
		"a pattern's time":       `$contains($pad("a", 10000000), /(a?){200}(a*)*(x+x+)+y/)`,
		"a wide date":            `$fromMillis(0, "[Y,1000000000-1000000000]")`,
		"a wide number":          `$formatNumber(1, $pad("0", 10000000, "0"))`,
		"a wide integer":         `$formatInteger(1, $pad("0", 10000000, "0"))`,
		"a long message":         `$error($pad("a", 10000000))`,
		"variables":              `($f := function($n) { ($a := $n; $b := $n; $f($n + 1)) }; $f(1))`,
	}

	for name, source := range tests {
		t.Run(name, func(t *testing.T) {
			began := cpuTime(t)

			bytes, err := allocated(t, source, testing.Short())
			if bytes > allowedBytes {
				t.Errorf("allocated %d MiB", bytes>>20)
			}

			if took := cpuTime(t) - began; took > 2*maxEvaluation {
				t.Errorf("took %v of CPU time", took)
			}

			if _, ok := errors.AsType[*EvaluationError](err); err != nil && !ok {
				t.Errorf("failed with %T: %v", err, err)
			}

			if err != nil && len(err.Error()) > 2*maxMessage {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
}

// TestEvaluation_namesTheLimit checks the limits in the error messages.
func TestEvaluation_namesTheLimit(t *testing.T) {
	for source, want := range map[string]error{
		`$map([1..1000], function($i) { $pad("a", 10000000) })`: errEvaluationMemory,
		`($a := [1..9000]; $a[$count($a[$ = 0]) = 1])`:          errEvaluationSteps,
		`($f := function($n) { 1 + $f($n + 1) }; $f(1))`:        errEvaluationDepth,
		doubling("[1]", "[[$s], [$s]]"):                         errResult,
	} {
		_, err := allocated(t, source, false)
		if err == nil || !strings.Contains(err.Error(), want.Error()) {
			t.Errorf("%s: got %v, want %v", source, err, want)
		}
	}
}

// An expression that needs many resources and ends is not rejected.
func TestEvaluation_allowsLargeWork(t *testing.T) {
	for _, source := range []string{
		`$count([1..1000000])`, `$length($pad("a", 10000000))`, `$sum($map([1..50000], function($i) { $i * 2 }))`,
		`($f := function($n, $sum) { $n = 0 ? $sum : $f($n - 1, $sum + $n) }; $f(100000, 0))`,
		`($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(2000))`,
		`$length($reduce([1..1000], function($s, $i) { $s & "0123456789" }, ""))`,
		`$count($filter([1..2000], function($i) { $i in [1..200] }))`,
	} {
		if _, err := allocated(t, source, false); err != nil {
			t.Errorf("%s: %v", source, err)
		}
	}
}

// randomExpression draws an expression that builds values from values.
func randomExpression(t *rapid.T, depth int) string {
	leaves := []string{"$states.input.list", "$states.input.text", "'ab'", "[1..300]", "{'a':[1,2]}", "3", "$x", "$y", "$", "**", "*", "a"}
	if depth == 0 {
		return rapid.SampledFrom(leaves).Draw(t, "leaf")
	}

	sub := func() string { return randomExpression(t, depth-1) }
	number := rapid.SampledFrom([]string{"0", "-1", "7", "1000", "1000000", "9999999"}).Draw(t, "number")

	switch rapid.IntRange(0, 21).Draw(t, "kind") { // One number for each case.
	case 0:
		return "(" + sub() + " & " + sub() + ")"
	case 1:
		return "[" + sub() + ", " + sub() + "]"
	case 2:
		return "{'a': " + sub() + ", $string(" + sub() + "): " + sub() + "}"
	case 3:
		return "($x := " + sub() + "; $y := " + sub() + "; " + sub() + ")"
	case 4:
		return "(" + sub() + ").(" + sub() + ")"
	case 5:
		return "(" + sub() + ")[" + sub() + "]"
	case 6:
		return "$append(" + sub() + ", " + sub() + ")"
	case 7:
		return "$map(" + sub() + ", function($x, $y) { " + sub() + " })"
	case 8:
		return "$reduce([1..40], function($x, $y) { " + sub() + " }, " + sub() + ")"
	case 9:
		return "$pad($string(" + sub() + "), " + number + ", $string(" + sub() + "))"
	case 10:
		return "$replace($string(" + sub() + "), /./, $string(" + sub() + "))"
	case 11:
		return "$join([$string(" + sub() + "), $string(" + sub() + ")], $string(" + sub() + "))"
	case 12:
		return "$string(" + sub() + ", true)"
	case 13:
		return "$split($string(" + sub() + "), '')"
	case 14:
		return "$zip(" + sub() + ", " + sub() + ")"
	case 15:
		return "$spread(" + sub() + ")"
	case 16:
		return "(" + sub() + ")^(" + sub() + ")"
	case 17:
		return "$distinct(" + sub() + ")"
	case 18:
		return "(" + sub() + " ~> |" + sub() + "|{'b': " + sub() + "}|)"
	case 19:
		return "(" + sub() + " = " + sub() + ")"
	case 20:
		return "($f := function($x) { $count([$x]) > 9 ? $x : $f(" + sub() + ") }; $f(" + sub() + "))"
	default:
		return "$match($string(" + sub() + "), /(a)|(.)/)"
	}
}

// Every random expression stays within its budget.
func TestEvaluation_randomExpressionsStayWithinTheBudget(t *testing.T) {
	count := 200
	if testing.Short() {
		count = 20
	}

	expressions := rapid.Custom(func(t *rapid.T) string {
		return randomExpression(t, rapid.IntRange(1, 5).Draw(t, "depth")) // Deep enough for sizes to multiply.
	})

	for seed := range count {
		source := expressions.Example(seed)

		bytes, err := allocated(t, source, testing.Short())
		if bytes > allowedBytes {
			t.Errorf("%s allocated %d MiB", source, bytes>>20)
		}

		if err != nil && strings.Contains(err.Error(), errPanic.Error()) {
			t.Errorf("%s: %v", source, err)
		}
	}
}
