package lambda_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/lambda"
)

// faulty returns a service with the fault of how in every invocation. The test can
// change how.
func faulty(t *testing.T, how *lambda.Injection) *lambda.Service {
	t.Helper()

	return start(t, lambda.Config{Inject: func(function string) lambda.Injection {
		if function != "probe" {
			t.Errorf("Inject was called for %q", function)
		}

		return *how
	}})
}

func TestInject(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		how  lambda.Injection
		do   string
		kind string // the errorType
		says string
	}{
		"fails":                     {lambda.Injection{Failure: "Unplanned"}, `{"do":"echo"}`, "Unplanned", "fault plan"},
		"crashes at work":           {lambda.Injection{Cut: lambda.Crash, After: 20 * time.Millisecond}, `{"do":"sleep","millis":60000}`, "Runtime.ExitError", "killed"},
		"crashes at its answer":     {lambda.Injection{Cut: lambda.Crash, After: time.Minute}, `{"do":"echo"}`, "Runtime.ExitError", "killed"},
		"crashes at its error":      {lambda.Injection{Cut: lambda.Crash, After: time.Minute}, `{"do":"fail"}`, "Runtime.ExitError", "killed"},
		"crashes at once":           {lambda.Injection{Cut: lambda.Crash}, `{"do":"sleep","millis":60000}`, "Runtime.ExitError", "killed"},
		"takes too long":            {lambda.Injection{Cut: lambda.Timeout, After: 20 * time.Millisecond}, `{"do":"sleep","millis":60000}`, "Sandbox.Timedout", "timed out after 30.00 seconds"},
		"takes too long, at answer": {lambda.Injection{Cut: lambda.Timeout, After: time.Minute}, `{"do":"echo"}`, "Sandbox.Timedout", "timed out"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			how := test.how
			service := faulty(t, &how)

			result, err := service.Invoke(t.Context(), "probe", []byte(test.do))
			if err != nil {
				t.Fatal(err)
			}

			var failure struct{ ErrorType, ErrorMessage string }
			if err := json.Unmarshal(result.Payload, &failure); err != nil {
				t.Fatal(err)
			}

			if result.FunctionError != "Unhandled" || failure.ErrorType != test.kind || !strings.Contains(failure.ErrorMessage, test.says) {
				t.Errorf("%s: %+v, want %s: %s", result.FunctionError, failure, test.kind, test.says)
			}

			// The next invocation finds an instance that works.
			how = lambda.Injection{}

			if got := call(t, service, "probe", `{"do":"echo","text":"again"}`); got.Text != "again" {
				t.Errorf("afterwards: %+v", got)
			}
		})
	}
}

func TestInjectRefuses(t *testing.T) {
	t.Parallel()

	how := lambda.Injection{Refusal: awsapi.Errorf("TooManyRequestsException", "Rate Exceeded.")}
	service := faulty(t, &how)

	_, err := service.Invoke(t.Context(), "probe", nil)

	var failure *awsapi.Error
	if !errors.As(err, &failure) || failure.Code != "TooManyRequestsException" {
		t.Errorf("got %v", err)
	}
}

func TestInjectDelays(t *testing.T) {
	t.Parallel()

	how := lambda.Injection{Delay: 50 * time.Millisecond}
	service := faulty(t, &how)
	begun := time.Now()

	if call(t, service, "probe", `{}`); time.Since(begun) < how.Delay {
		t.Errorf("it took %v, but should be slowed by %v", time.Since(begun), how.Delay)
	}
}
