package logs_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/logs"
)

type fixture struct {
	t       *testing.T
	config  logs.Config
	service *logs.Service
	now     time.Time
}

func newFixture(t *testing.T) *fixture {
	t.Helper()

	db, err := bbolt.Open(filepath.Join(t.TempDir(), "state.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = db.Close() })

	f := &fixture{t: t, now: time.UnixMilli(1_800_000_000_000)}
	f.config = logs.Config{
		DB: db, Dir: filepath.Join(t.TempDir(), "groups"), Account: "000000000000", Region: "us-east-1",
		Declared: []logs.Group{{Name: "/aws/lambda/own", Retention: 30}}, Now: func() time.Time { return f.now },
	}
	f.open()

	return f
}

func (f *fixture) open() {
	f.t.Helper()

	if err := f.service.Close(); err != nil {
		f.t.Fatal(err)
	}

	var err error
	if f.service, err = logs.New(f.config); err != nil {
		f.t.Fatal(err)
	}

	f.t.Cleanup(func() { _ = f.service.Close() })
}

// call calls an operation and returns its answer, or the error's code.
func (f *fixture) call(operation, body string) (map[string]any, string) {
	f.t.Helper()

	request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	request.Header.Set("X-Amz-Target", "Logs_20140328."+operation)

	answer := httptest.NewRecorder()
	f.service.ServeHTTP(answer, request)

	var out map[string]any
	if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil {
		f.t.Fatalf("%s: %v in %s", operation, err, answer.Body)
	}

	code, _ := out["__type"].(string)

	return out, code
}

// messages returns the messages of an answer, joined.
func messages(out map[string]any) string {
	var all []string

	events, _ := out["events"].([]any)
	for _, one := range events {
		all = append(all, one.(map[string]any)["message"].(string))
	}

	return strings.Join(all, " ")
}

func TestService_Append(t *testing.T) {
	f := newFixture(t)

	for i := range 5 {
		f.now = f.now.Add(time.Second)

		if err := f.service.Append("/aws/lambda/own", fmt.Sprintf("s%d", i%2), fmt.Sprintf("m%d", i)); err != nil {
			t.Fatal(err)
		}
	}

	f.open() // The next start.

	if err := f.service.Append("/aws/lambda/made", "s", "created with its group"); err != nil {
		t.Fatal(err)
	}

	for body, want := range map[string]string{
		`{"logGroupName":"/aws/lambda/own"}`:                                                      "m0 m1 m2 m3 m4",
		`{"logGroupName":"/aws/lambda/own","logStreamNames":["s1"]}`:                              "m1 m3",
		`{"logGroupName":"/aws/lambda/own","logStreamNamePrefix":"s0"}`:                           "m0 m2 m4",
		`{"logGroupName":"/aws/lambda/own","startTime":1800000003000,"endTime":1800000004000}`:    "m2 m3",
		`{"logGroupName":"/aws/lambda/own","limit":2}`:                                            "m0 m1",
		`{"logGroupName":"/aws/lambda/own","limit":2,"nextToken":"2"}`:                            "m2 m3",
		`{"logGroupName":"/aws/lambda/own","filterPattern":"?m1 ?m4"}`:                            "m1 m4",
		`{"logGroupIdentifier":"arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/made"}`: "created with its group",
	} {
		if out, _ := f.call("FilterLogEvents", body); messages(out) != want {
			t.Errorf("%s: %v, want %s", body, out, want)
		}
	}

	// The newest events come first, page by page, and the end repeats the token.
	out, _ := f.call("GetLogEvents", `{"logGroupName":"/aws/lambda/own","logStreamName":"s0","limit":2}`)
	if messages(out) != "m2 m4" {
		t.Errorf("the newest events are %v", out)
	}

	out, _ = f.call("GetLogEvents", fmt.Sprintf(`{"logGroupName":"/aws/lambda/own","logStreamName":"s0","nextToken":%q}`, out["nextBackwardToken"]))
	if messages(out) != "m0" {
		t.Errorf("the events before are %v", out)
	}

	out, _ = f.call("GetLogEvents", `{"logGroupName":"/aws/lambda/own","logStreamName":"s0","startFromHead":true,"limit":2}`)
	if messages(out) != "m0 m2" {
		t.Errorf("the oldest events are %v", out)
	}

	out, _ = f.call("GetLogEvents", fmt.Sprintf(`{"logGroupName":"/aws/lambda/own","logStreamName":"s0","nextToken":%q}`, out["nextForwardToken"]))
	token := out["nextForwardToken"]

	out, _ = f.call("GetLogEvents", fmt.Sprintf(`{"logGroupName":"/aws/lambda/own","logStreamName":"s0","nextToken":%q}`, token))
	if messages(out) != "" || out["nextForwardToken"] != token {
		t.Errorf("after the end: %v, want the token %v", out, token)
	}

	out, _ = f.call("DescribeLogStreams", `{"logGroupName":"/aws/lambda/own","orderBy":"LastEventTime","descending":true,"limit":1}`)
	if first := out["logStreams"].([]any)[0].(map[string]any); first["logStreamName"] != "s0" || first["lastEventTimestamp"] != 1800000005000.0 || out["nextToken"] == nil {
		t.Errorf("the newest stream is %v", out)
	}

	// Events expire by the group's retention.
	f.now = f.now.AddDate(0, 0, 30).Add(-time.Second)

	if out, _ := f.call("FilterLogEvents", `{"logGroupName":"/aws/lambda/own"}`); messages(out) != "m3 m4" {
		t.Errorf("after 30 days: %v", out)
	}
}

func TestService_groups(t *testing.T) {
	f := newFixture(t)

	for _, step := range []struct{ operation, body, code string }{
		{"CreateLogGroup", `{"logGroupName":"made","tags":{"k":"v"}}`, ""},
		{"CreateLogGroup", `{"logGroupName":"made"}`, "ResourceAlreadyExistsException"},
		{"CreateLogGroup", `{"logGroupName":"a b"}`, "InvalidParameterException"},
		{"PutRetentionPolicy", `{"logGroupName":"made","retentionInDays":7}`, ""},
		{"PutRetentionPolicy", `{"logGroupName":"made","retentionInDays":8}`, "InvalidParameterException"},
		{"PutRetentionPolicy", `{"logGroupName":"/aws/lambda/own","retentionInDays":7}`, "OperationAbortedException"},
		{"DeleteLogGroup", `{"logGroupName":"/aws/lambda/own"}`, "OperationAbortedException"},
		{"PutLogEvents", `{"logGroupName":"made","logStreamName":"s","logEvents":[{"timestamp":1800000000000,"message":"x"}]}`, "ResourceNotFoundException"},
		{"CreateLogStream", `{"logGroupName":"made","logStreamName":"s"}`, ""},
		{"CreateLogStream", `{"logGroupName":"made","logStreamName":"s"}`, "ResourceAlreadyExistsException"},
		{"PutLogEvents", `{"logGroupName":"made","logStreamName":"s","logEvents":[{"timestamp":1800000000000,"message":"x"}]}`, ""},
		{"PutLogEvents", `{"logGroupName":"made","logStreamName":"s","logEvents":[{"timestamp":2,"message":"x"},{"timestamp":1,"message":"y"}]}`, "InvalidParameterException"},
		{"FilterLogEvents", `{"logGroupName":"none"}`, "ResourceNotFoundException"},
		{"StartLiveTail", `{}`, "UnknownOperationException"},
	} {
		if out, code := f.call(step.operation, step.body); code != step.code {
			t.Errorf("%s %s: %v, want %q", step.operation, step.body, out, step.code)
		}
	}

	f.open()

	out, _ := f.call("DescribeLogGroups", `{"logGroupNamePrefix":"made"}`)
	if first := out["logGroups"].([]any)[0].(map[string]any); first["retentionInDays"] != 7.0 || first["arn"] != "arn:aws:logs:us-east-1:000000000000:log-group:made:*" {
		t.Errorf("the group after the next start: %v", out)
	}

	out, _ = f.call("ListTagsForResource", `{"resourceArn":"arn:aws:logs:us-east-1:000000000000:log-group:made"}`)
	if out["tags"].(map[string]any)["k"] != "v" {
		t.Errorf("the tags: %v", out)
	}

	if _, code := f.call("DeleteLogGroup", `{"logGroupName":"made"}`); code != "" {
		t.Error(code)
	}

	f.open()

	if out, _ := f.call("FilterLogEvents", `{"logGroupName":"made"}`); out["__type"] != "ResourceNotFoundException" {
		t.Errorf("the deleted group: %v", out)
	}
}

// TestService_filterPattern has examples of the page on filter patterns.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
func TestService_filterPattern(t *testing.T) {
	f := newFixture(t)

	for _, line := range []string{
		"[ERROR 400] BAD REQUEST", "[ERROR 401] UNAUTHORIZED REQUEST", "[WARN] slow",
		`{"level":"ERROR","ms":12,"user":{"id":1,"name":"John"},"tags":["a","b"],"gone":null,"ok":true}`, `{"level":"INFO","ms":3}`,
	} {
		if err := f.service.Append("/aws/lambda/own", "s", line); err != nil {
			t.Fatal(err)
		}
	}

	for pattern, want := range map[string]int{
		"": 5, "ERROR": 3, "ERROR REQUEST": 2, "?UNAUTHORIZED ?slow": 2, "ERROR -400": 2, `"BAD REQUEST"`: 1,
		`{ $.level = "ERROR" }`: 1, `{ $.level = "*" && $.ms < 10 }`: 1, `{ ($.ms >= 12 || $.ms = 3) && $.level != "INFO" }`: 1,
		`{ $.user.name = "J*n" }`: 1, `{ $.tags[1] = b }`: 1, `{ $.gone IS NULL }`: 1, `{ $.ok IS TRUE }`: 1, `{ $.user.id NOT EXISTS }`: 1,
	} {
		text, _ := json.Marshal(pattern)

		out, code := f.call("FilterLogEvents", `{"logGroupName":"/aws/lambda/own","filterPattern":`+string(text)+`}`)
		if got := len(out["events"].([]any)); code != "" || got != want {
			t.Errorf("%s: %d events, want %d", pattern, got, want)
		}
	}

	for _, pattern := range []string{"{ $.x", "{ x = 1 }", "{ $.x ~ 1 }", "[a, b]", "%a.*%", `"open`, "-", "{ " + strings.Repeat("(", 40) + " }"} {
		text, _ := json.Marshal(pattern)

		if out, code := f.call("FilterLogEvents", `{"logGroupName":"/aws/lambda/own","filterPattern":`+string(text)+`}`); code != "InvalidParameterException" {
			t.Errorf("%s: %v", pattern, out)
		}
	}
}

// TestService_replacedFile checks that a large group keeps its newest events.
func TestService_replacedFile(t *testing.T) {
	f := newFixture(t)
	f.config.MaxFileBytes = 32 << 10
	f.open()

	line := strings.Repeat("x", 1<<10)

	const lines = 70

	for i := range lines {
		if err := f.service.Append("/aws/lambda/own", "s", fmt.Sprint(i, line)); err != nil {
			t.Fatal(err)
		}
	}

	f.open()

	out, _ := f.call("GetLogEvents", `{"logGroupName":"/aws/lambda/own","logStreamName":"s","limit":1}`)
	if !strings.HasPrefix(messages(out), fmt.Sprint(lines-1, "x")) {
		t.Errorf("the newest event begins with %.10s", messages(out))
	}

	out, _ = f.call("DescribeLogGroups", `{}`)
	if size := out["logGroups"].([]any)[0].(map[string]any)["storedBytes"].(float64); size < 32<<10 || size > 66<<10 {
		t.Errorf("the group has %.0f bytes", size)
	}
}
