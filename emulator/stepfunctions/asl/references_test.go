package asl_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/stepfunctions/asl"
)

func TestVariableReferences(t *testing.T) {
	t.Parallel()

	definition := `{"QueryLanguage": "JSONata", "StartAt": "A", "States": {
		"A": {"Type": "Pass", "Assign": {"x": 1, "y": "{% $states.input.y %}"}, "Next": "B"},
		"B": {"Type": "Pass", "Comment": "{% $no %}", "Output": {"b": "{% $y & '$text' & \"$text\" /* $comment */ %}", "a": ["{% $x.$lower / 2 / $z %}"]}, "Next": "C"},
		"C": {"Type": "Choice", "Choices": [{"Condition": "{% $x > 1 %}", "Next": "M", "Assign": {"x": "{% $w %}"}}], "Default": "M"},
		"M": {"Type": "Map", "Items": "{% $list %}", "ItemProcessor": {"StartAt": "I", "States": {
			"I": {"Type": "Pass", "Output": "{% ($local := $x; $f := function($p, $q) { $p + $q + $outer }; $map($list, $f) ~> $map($string) ~> $join(' $a ')) %}", "End": true}}}, "Next": "P"},
		"P": {"Type": "Parallel", "Branches": [{"StartAt": "L", "States": {"L": {"Type": "Pass", "Output": "{% $match($name, /$a[0-9]/) %}", "End": true}}}], "Next": "T"},
		"T": {"Type": "Pass", "Output": "$x", "End": true}
	}}`
	want := map[string][]string{
		"B": {"lower", "x", "y", "z"},
		"C": {"w", "x"},
		"M": {"list"},
		"I": {"list", "outer", "x"},
		"L": {"name"},
	}

	if diff := cmp.Diff(want, asl.VariableReferences([]byte(definition))); diff != "" {
		t.Error(diff)
	}
}
