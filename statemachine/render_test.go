package statemachine_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"triptych/statemachine"
)

func TestRender(t *testing.T) {
	tests := map[string]struct {
		template string
		vars     map[string]string
		want     string
		err      error
	}{
		"placeholders":          {"a ${x} b ${ y_1 } ${x}", map[string]string{"x": "1", "y_1": "2"}, "a 1 b 2 1", nil},
		"no placeholders":       {"a $x {% $b %} $", nil, "a $x {% $b %} $", nil},
		"escapes":               {"$${x} %%{y} $$", nil, "${x} %{y} $$", nil},
		"values are not parsed": {"${x}", map[string]string{"x": "${y} %{if}"}, "${y} %{if}", nil},
		"an unknown name":       {"${x} ${y}", map[string]string{"x": "1"}, "", statemachine.ErrUnknownName},
		"an unused name":        {"${x}", map[string]string{"x": "1", "y": "2"}, "", statemachine.ErrUnusedName},
		"a directive":           {"%{ if x }", nil, "", statemachine.ErrDirective},
		"an expression":         {"${x + 1}", nil, "", statemachine.ErrExpression},
		"an attribute":          {"${x.y}", nil, "", statemachine.ErrExpression},
		"an empty placeholder":  {"${}", nil, "", statemachine.ErrExpression},
		"not closed":            {"${x", nil, "", statemachine.ErrExpression},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := statemachine.Render(test.template, test.vars)
			if got != test.want || !errors.Is(err, test.err) {
				t.Errorf("got %q, %v; want %q, %v", got, err, test.want, test.err)
			}
		})
	}
}

func TestPlaceholders(t *testing.T) {
	for name, test := range map[string]struct {
		template string
		want     []string
	}{
		"pipeline":         {statemachine.Pipeline(), []string{"recipe", "record_arn", "resize_arn", "sanitize_arn", "validate_arn"}},
		"backfill":         {statemachine.Backfill(), []string{"backfill_arn", "pipeline_machine_arn", "recipe", "uploads_bucket"}},
		"erase":            {statemachine.Erase(), []string{"distribution_id", "erase_arn"}},
		"fail":             {statemachine.Fail(), []string{"fail_arn", "recipe"}},
		"pipeline status":  {statemachine.PipelineStatusPattern(), []string{"pipeline_machine_arn"}},
		"upload created":   {statemachine.UploadCreatedPattern(), []string{"uploads_bucket"}},
		"execution failed": {statemachine.ExecutionFailedPattern(), []string{"erase_machine_arn", "fail_machine_arn", "pipeline_machine_arn"}},
		"escaped":          {"$${a} ${b}", []string{"b"}},
	} {
		if diff := cmp.Diff(test.want, statemachine.Placeholders(test.template)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestPatterns(t *testing.T) {
	for detailType, template := range map[string]string{
		"Object Created": statemachine.UploadCreatedPattern(),
		"Object Deleted": statemachine.ObjectDeletedPattern(),
	} {
		text, err := statemachine.Render(template, map[string]string{"uploads_bucket": "triptych-uploads"})
		if err != nil {
			t.Fatal(err)
		}

		var got any
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatal(err)
		}

		want := map[string]any{
			"source": []any{"aws.s3"}, "detail-type": []any{detailType},
			"detail": map[string]any{"bucket": map[string]any{"name": []any{"triptych-uploads"}}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", detailType, diff)
		}
	}
}

// JSONText makes any value fit into a JSON string.
func TestJSONText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.String().Draw(t, "value")

		text, err := statemachine.Render(`{"x": "${x}"}`, map[string]string{"x": statemachine.JSONText(value)})
		if err != nil {
			t.Fatal(err)
		}

		var got struct {
			X string `json:"x"`
		}
		if err := json.Unmarshal([]byte(text), &got); err != nil || got.X != value {
			t.Fatalf("got %q, %v; want %q", got.X, err, value)
		}
	})
}
