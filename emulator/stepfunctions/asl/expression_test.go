package asl

import (
	"errors"
	"testing"
)

func TestCompile_invalid(t *testing.T) {
	anywhere := reach{result: true, errorOutput: true}

	tests := map[string]struct {
		text  string
		reach reach
		want  error
	}{
		"space before the braces":    {"1 %}", anywhere, errUnclosed},
		"space after the braces":     {"{% 1", anywhere, errUnclosed},
		"result where there is none": {"{% $states.result.x %}", reach{}, errNoResult},
		"error where there is none":  {"{% $states.errorOutput %}", reach{result: true}, errNoErrorOut},
		"a quoted member":            {"{% $states.'result' %}", reach{}, errNoResult},
		"a member in a predicate":    {"{% $states.input[a = $states . result.b] %}", reach{}, errNoResult},
		"a member in a function":     {"{% $map([1], function($v) { $states.errorOutput.Cause }) %}", reach{}, errNoErrorOut},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := compile(test.text, test.reach); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}

	if _, err := compile("{% $states.result & $states.errorOutput %}", anywhere); err != nil {
		t.Errorf("an expression that may read both: %v", err)
	}

	for _, text := range []string{"{% '$states.result' %}", "{% 1 /* $states.result */ %}", "{% $states.results %}"} {
		if _, err := compile(text, reach{}); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}
