package inject

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/eventbridge"
	"triptych/emulator/lambda"
)

func parse(t *testing.T, text string) *Plan {
	t.Helper()

	plan, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}

	return plan
}

// hits makes a number of calls, and returns the numbers of the calls in which a fault is
// injected.
func hits(plan *Plan, calls int) []int {
	var found []int

	for call := 1; call <= calls; call++ {
		if _, ok := plan.find(plan.Lambda, "", "resize"); ok {
			found = append(found, call)
		}
	}

	return found
}

func TestWhen(t *testing.T) {
	tests := map[string]struct {
		when string
		want []int
	}{
		"a list":       {`"calls": [2, 3, 7]`, []int{2, 3, 7}},
		"every third":  {`"every": 3`, []int{3, 6, 9}},
		"from the 1st": {`"every": 4, "from": 1`, []int{1, 5, 9}},
		"from the 8th": {`"every": 2, "from": 8`, []int{8, 10}},
		"a rate of 1":  {`"rate": 1`, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			plan := parse(t, `{"lambda": [{"function": "*", "kind": "throttle", `+test.when+`}]}`)
			if got := hits(plan, 10); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// TestChance checks that the same seed selects the same calls, that another seed selects
// others, and that their share is about the rate.
func TestChance(t *testing.T) {
	const calls = 4000

	of := func(seed int) []int {
		return hits(parse(t, fmt.Sprintf(`{"seed": %d, "lambda": [{"function": "resize", "kind": "crash", "rate": 0.25}]}`, seed)), calls)
	}

	first := of(1)
	if !slices.Equal(first, of(1)) || slices.Equal(first, of(2)) {
		t.Error("another seed selects the same calls")
	}

	// Six standard deviations (√(4000·¼·¾) = 27) around a quarter.
	if count := len(first); count < 1000-164 || count > 1000+164 {
		t.Errorf("%d of %d calls, want about a quarter", count, calls)
	}
}

// TestPlan_find checks that each rule counts its own calls, and that the first rule that
// selects a call is applied.
func TestPlan_find(t *testing.T) {
	plan := parse(t, `{"lambda": [
		{"function": "record", "kind": "error", "every": 1},
		{"function": "*", "kind": "throttle", "every": 2},
		{"function": "resize", "kind": "crash", "every": 1}]}`)

	var got []string

	for _, function := range []string{"record", "resize", "resize", "resize", "validate", "validate"} {
		kind := "-"
		if found, ok := plan.find(plan.Lambda, "", function); ok {
			kind = string(found.Kind)
		}

		got = append(got, kind)
	}

	if want := []string{"error", "throttle", "crash", "throttle", "-", "throttle"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestOfLambda(t *testing.T) {
	of := func(rule string) lambda.Injection {
		return parse(t, `{"lambda": [{"function": "resize", "every": 1, `+rule+`}]}`).OfLambda("triptych-")("triptych-resize")
	}

	if got := of(`"kind": "error", "errorType": "X"`); got.Failure != "X" {
		t.Errorf("error: %+v", got)
	}

	var refused *awsapi.Error
	if got := of(`"kind": "throttle"`); !errors.As(got.Refusal, &refused) || refused.Code != "TooManyRequestsException" {
		t.Errorf("throttle: %+v", got)
	}

	if got := of(`"kind": "slow", "millis": 40`); got != (lambda.Injection{Delay: 40 * time.Millisecond}) {
		t.Errorf("slow: %+v", got)
	}

	for kind, cut := range map[string]lambda.Cut{"crash": lambda.Crash, "timeout": lambda.Timeout} {
		if got := of(`"kind": "` + kind + `", "millis": 40`); got.Cut != cut || got.After < 0 || got.After >= 40*time.Millisecond {
			t.Errorf("%s: %+v", kind, got)
		}
	}

	if got := parse(t, `{"lambda": [{"function": "resize", "kind": "crash", "every": 1}]}`).OfLambda("triptych-")("triptych-record"); got != (lambda.Injection{}) {
		t.Errorf("another function: %+v", got)
	}
}

func TestOfEvents(t *testing.T) {
	plan := parse(t, `{"events": [{"detailType": "A", "kind": "lose", "every": 1}, {"detailType": "B", "kind": "double", "every": 1},
		{"detailType": "C", "kind": "late", "every": 1}]}`)

	for kind, want := range map[string]eventbridge.Injection{"A": {Lost: true}, "B": {Twice: true}, "C": {Delay: lateBy}, "D": {}} {
		if got := plan.OfEvents()(eventbridge.Event{DetailType: kind}); got != want {
			t.Errorf("%s: %+v, want %+v", kind, got, want)
		}
	}
}

// TestPlan_nil checks that a nil plan adds no hook to Lambda, to events or to an API.
func TestPlan_nil(t *testing.T) {
	var plan *Plan

	if handler := http.NewServeMux(); plan.OfLambda("") != nil || plan.OfEvents() != nil || plan.OfAPI("s3", handler) != http.Handler(handler) {
		t.Error("a nil plan injects a fault")
	}
}

// TestOfAPI calls a service through a plan.
func TestOfAPI(t *testing.T) {
	tests := map[string]struct {
		service, method, path, operation string
		rule                             string
		status                           int // 0: the connection is cut
		code                             string
		carriedOut                       bool
	}{
		"no matching rule":   {"dynamodb", "POST", "/", "GetItem", `"operation": "PutItem", "kind": "error"`, 200, "", true},
		"fails":              {"dynamodb", "POST", "/", "PutItem", `"operation": "PutItem", "kind": "error"`, 500, "InternalServerError", false},
		"throttles":          {"states", "POST", "/", "StartExecution", `"operation": "*", "kind": "throttle"`, 400, "ThrottlingException", false},
		"loses the response": {"dynamodb", "POST", "/", "PutItem", `"operation": "PutItem", "kind": "timeout"`, 0, "", true},
		"is slow":            {"dynamodb", "POST", "/", "PutItem", `"operation": "PutItem", "kind": "slow", "millis": 1`, 200, "", true},
		"S3 throttles":       {"s3", "PUT", "/bucket/a/b.jpg?x-id=PutObject", "", `"operation": "PutObject", "kind": "throttle"`, 503, "<Code>SlowDown</Code>", false},
		"S3 fails":           {"s3", "GET", "/bucket/a/b.jpg?versionId=x", "", `"operation": "GetObject", "kind": "error"`, 500, "<Code>InternalError</Code>", false},
		"S3 reads, and the rule is for PutObject": {"s3", "GET", "/bucket/a/b.jpg", "", `"operation": "PutObject", "kind": "error"`, 200, "", true},
		"S3 lists":          {"s3", "GET", "/bucket?list-type=2&prefix=a", "", `"operation": "ListObjectsV2", "kind": "error"`, 500, "InternalError", false},
		"the CDN throttles": {"cloudfront", "POST", "/2020-05-31/distribution/E1/invalidation", "", `"operation": "CreateInvalidation", "kind": "throttle"`, 400, "<Code>Throttling</Code>", false},
		"the CDN fails":     {"cloudfront", "GET", "/2020-05-31/distribution/E1/invalidation/I1", "", `"operation": "GetInvalidation", "kind": "error"`, 500, "<Code>InternalServerError</Code>", false},
		"the CDN lists, and the rule is for GetInvalidation": {"cloudfront", "GET", "/2020-05-31/distribution/E1/invalidation", "", `"operation": "GetInvalidation", "kind": "error"`, 200, "", true},
		"S3 lists versions":  {"s3", "GET", "/bucket?versions", "", `"operation": "ListObjectVersions", "kind": "error"`, 500, "InternalError", false},
		"S3 deletes objects": {"s3", "POST", "/bucket?delete", "", `"operation": "DeleteObjects", "kind": "error"`, 500, "InternalError", false},
		"S3 uploads a part, and the rule is for PutObject": {"s3", "PUT", "/bucket/a?uploadId=1&partNumber=1", "", `"operation": "PutObject", "kind": "error"`, 200, "", true},
		"Lambda fails": {"lambda", "POST", "/2015-03-31/functions/x/invocations", "", `"operation": "Invoke", "kind": "error"`, 500, "InternalServerError", false},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var carriedOut atomic.Bool

			plan := parse(t, `{"api": [{"service": "`+test.service+`", "every": 1, `+test.rule+`}]}`)
			server := httptest.NewServer(plan.OfAPI(test.service, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				carriedOut.Store(true)

				_, _ = io.WriteString(w, "done")
			})))

			defer server.Close()

			request, err := http.NewRequestWithContext(t.Context(), test.method, server.URL+test.path, strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}

			if test.operation != "" {
				request.Header.Set("X-Amz-Target", "Service."+test.operation)
			}

			var body []byte

			response, err := http.DefaultTransport.RoundTrip(request)
			status := 0

			if err == nil {
				status = response.StatusCode
				body, _ = io.ReadAll(response.Body)
				response.Body.Close()
			}

			if status != test.status || !strings.Contains(string(body), test.code) || carriedOut.Load() != test.carriedOut {
				t.Errorf("%d %s (%v), carried out: %v", status, body, err, carriedOut.Load())
			}

			if test.code != "" && test.service != "s3" && test.service != "cloudfront" && !json.Valid(body) {
				t.Errorf("no JSON: %s", body)
			}
		})
	}
}
