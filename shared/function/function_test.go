package function_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"

	"triptych/shared/config"
	"triptych/shared/errorcode"
	"triptych/shared/function"
	"triptych/shared/telemetry"
)

func TestAdapt(t *testing.T) {
	tests := map[string]struct {
		err            error
		reported       string // the error name that Step Functions sees
		message, level string
		measured       map[string]any // the metrics of the line
	}{
		"done":       {level: "INFO", message: "done", measured: map[string]any{"BytesOut": 7.0}},
		"refused":    {err: fmt.Errorf("inspect: %w", errorcode.New(errorcode.Empty, "")), reported: "Empty", level: "INFO", message: "refused", measured: map[string]any{"BytesOut": 7.0, "Images": nil}},
		"superseded": {err: errorcode.New(errorcode.Superseded, ""), reported: "Superseded", level: "INFO", message: "refused", measured: map[string]any{"Images": 1.0, "Outcome": "superseded"}},
		"transient":  {err: errorcode.New(errorcode.Transient, ""), reported: "Transient", level: "ERROR", message: "failed", measured: map[string]any{"BytesOut": nil, "Failures": 1.0, "Code": "TRANSIENT"}},
		"a bug":      {err: errors.New("a bug"), reported: "errorString", level: "ERROR", message: "failed", measured: map[string]any{"Failures": 1.0, "Code": "UNEXPECTED"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer

			adapted := function.Adapt(telemetry.NewLogger(&out), config.Function{Stack: "shop", Name: "resize"}, func(ctx context.Context, _ string) (string, error) {
				ctx = telemetry.With(ctx, telemetry.Key, "a.jpg")
				telemetry.Measure(ctx, telemetry.BytesOut, 7)

				return "answer", test.err
			})

			// Invoke the handler of Lambda's runtime, because it decides how an error is
			// reported.
			answer, err := lambda.NewHandler(adapted).Invoke(t.Context(), []byte(`"question"`))

			var reported messages.InvokeResponse_Error
			if errors.As(err, &reported) && reported.Type != test.reported {
				t.Errorf("reported as %q, want %q", reported.Type, test.reported)
			}

			if test.err == nil && (err != nil || string(answer) != `"answer"`) {
				t.Errorf("answered %s, %v", answer, err)
			}

			if test.err != nil && err == nil {
				t.Error("no error was returned")
			}

			if _, hasCode := errorcode.Find(errorcode.Code(test.reported)); hasCode && reported.Type == "" {
				t.Errorf("the error was reported without its code: %v", err)
			}

			var line map[string]any
			if err := json.Unmarshal(out.Bytes(), &line); err != nil {
				t.Fatalf("logged %q: %v", out.String(), err)
			}

			if line["msg"] != test.message || line["level"] != test.level {
				t.Errorf("logged %v", line)
			}

			if line["key"] != "a.jpg" || line["Stack"] != "shop" || line["Function"] != "resize" {
				t.Errorf("the line does not name the key, the stack and the function: %v", line)
			}

			for name, want := range test.measured {
				if line[name] != want {
					t.Errorf("%s: got %v, want %v", name, line[name], want)
				}
			}
		})
	}
}
