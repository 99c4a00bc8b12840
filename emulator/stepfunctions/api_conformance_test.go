package stepfunctions_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/stepfunctions"
)

// apiCase is a request and AWS's error. The source is "recorded on AWS" for a text that
// was recorded, or the page of the operation, for a text of the recorded form.
type apiCase struct {
	Name      string          `json:"name"`
	Source    string          `json:"source"`
	Operation string          `json:"operation"`
	Input     json.RawMessage `json:"input"`
	Error     string          `json:"error"` // "Code: Message", or empty for success.
}

// longText stands for a text of some length in a case.
var longText = regexp.MustCompile(`LONG(\d+)`)

// fill replaces the placeholders of a case.
func fill(t *testing.T, text string) string {
	t.Helper()

	definition, err := json.Marshal(oneTask)
	if err != nil {
		t.Fatal(err)
	}

	text = strings.NewReplacer(`"DEFINITION"`, string(definition), `"MACHINE"`, `"`+machineARN+`"`, `"EXECUTION"`, `"`+executionARN+`x"`, `"ROLE"`, `"`+role+`"`).Replace(text)

	return longText.ReplaceAllStringFunc(text, func(long string) string {
		length, err := strconv.Atoi(strings.TrimPrefix(long, "LONG"))
		if err != nil {
			t.Fatal(err)
		}

		return strings.Repeat("x", length)
	})
}

// TestAPIConformance_errors compares the errors of the API with those of AWS.
func TestAPIConformance_errors(t *testing.T) {
	t.Parallel()

	text, err := os.ReadFile("testdata/api.json")
	if err != nil {
		t.Fatal(err)
	}

	var cases []apiCase
	if err := json.Unmarshal(text, &cases); err != nil || len(cases) == 0 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}

	service := start(t, newDB(t), oneTask, stepfunctions.Config{})

	for _, c := range cases {
		if c.Source != "recorded on AWS" && !strings.HasPrefix(c.Source, "https://") {
			t.Errorf("%s has no source", c.Name)
		}

		var in map[string]any
		if err := json.Unmarshal([]byte(fill(t, string(c.Input))), &in); err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}

		if diff := cmp.Diff(fill(t, c.Error), answer(t, service, c.Operation, in)); diff != "" {
			t.Errorf("%s (%s): %s", c.Name, c.Source, diff)
		}
	}
}

// The constraints of AWS's model are known for every operation.
func TestAPIConformance_allOperations(t *testing.T) {
	t.Parallel()

	for name := range start(t, newDB(t), oneTask, stepfunctions.Config{}).API().Operations {
		if _, known := stepfunctions.Constraints[name]; !known {
			t.Errorf("%s has no constraints", name)
		}
	}
}

// DescribeStateMachine returns AWS's members, and a revision only after an update.
func TestAPIConformance_describeStateMachine(t *testing.T) {
	t.Parallel()

	service := start(t, newDB(t), oneTask, stepfunctions.Config{})

	var made struct{ StateMachineARN string }

	ask(t, service, "CreateStateMachine", map[string]any{
		"name": "described", "roleArn": role,
		"definition": `{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"}, "B": {"Type": "Succeed", "Output": "{% $x %}"}}}`,
	}, &made)

	describe := func() (out map[string]any) {
		ask(t, service, "DescribeStateMachine", map[string]any{"stateMachineArn": made.StateMachineARN}, &out)

		return out
	}

	first := describe()
	want := []string{
		"creationDate", "definition", "encryptionConfiguration", "loggingConfiguration", "name", "roleArn", "stateMachineArn", "status",
		"tracingConfiguration", "type", "variableReferences",
	}

	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(first))); diff != "" {
		t.Error(diff)
	}

	if diff := cmp.Diff(map[string]any{"B": []any{"x"}}, first["variableReferences"]); diff != "" {
		t.Error(diff)
	}

	if diff := cmp.Diff(map[string]any{"type": "AWS_OWNED_KEY"}, first["encryptionConfiguration"]); diff != "" {
		t.Error(diff)
	}

	var updated struct{ RevisionID string }

	ask(t, service, "UpdateStateMachine", map[string]any{"stateMachineArn": made.StateMachineARN, "loggingConfiguration": map[string]any{"level": "OFF"}}, &updated)

	if got := describe()["revisionId"]; got != updated.RevisionID || updated.RevisionID == "" {
		t.Errorf("the revision is %v, want %q", got, updated.RevisionID)
	}
}
