package command_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/ledger"
)

// dates matches the parts of the output that differ between runs.
var dates = regexp.MustCompile(`\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z| UTC)?`)

func noDates(text string) string { return dates.ReplaceAllString(text, "DATE") }

// fill adds three uploads to the ledger, with different times.
func (l *fakeEmulator) fill() {
	l.t.Helper()

	for i, word := range []string{"photo", "reject", "stick"} {
		l.uploads = i + 1
		l.pipeline(contract.Upload{
			Key: []string{"first.jpg", "holiday/notes.txt", "holiday/third.jpg"}[i], VersionID: fmt.Sprintf("version-%d", i+1),
			ETag: "0123", Bytes: 3_109_191, Sequencer: contract.PadSequencer("1"),
		}, word)
		time.Sleep(2 * time.Millisecond) // updatedAt has milliseconds
	}
}

func TestLs(t *testing.T) {
	l := startFakeEmulator(t)
	l.fill()

	head := "STATUS      CHANGED                        PIXELS       SIZE  KEY\n"
	first := "READY       DATE       400×300     3.1 MB  first.jpg\n"
	second := "REJECTED    DATE                   3.1 MB  holiday/notes.txt  NOT_AN_IMAGE\n"
	third := "PROCESSING  DATE                   3.1 MB  holiday/third.jpg\n"

	tests := map[string]struct {
		args []string
		want string
	}{
		"all, most recently changed": {nil, head + third + second + first},
		"of a status":                {[]string{"--status", "READY"}, head + first},
		"in lower case":              {[]string{"--status", "rejected"}, head + second},
		"status without uploads":     {[]string{"--status", "SUPERSEDED"}, ""},
		"below a prefix":             {[]string{"--prefix", "holiday/"}, head + third + second},
		"below PREFIX, at most one":  {[]string{"holiday/", "--limit", "1"}, head + third},
		"wide": {[]string{"--output", "wide", "--status", "ready"}, "STATUS      CHANGED                        PIXELS       SIZE  VERSION       KEY\n" +
			"READY       DATE       400×300     3.1 MB  000000000001  first.jpg  run-of-version-1\n"},
		"as JSON": {
			[]string{"--status", "REJECTED", "--json"},
			`{"key":"holiday/notes.txt","status":"REJECTED","version":"000000000002","updatedAt":"DATE","createdAt":"DATE",` +
				`"bytes":3109191,"format":"","width":0,"height":0,"stripped":null,"executionArn":"` + base + `run-of-version-2","variants":[],` +
				`"code":"NOT_AN_IMAGE","reason":"This file is not an image."}` + "\n",
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			code, out, errs := l.run(append([]string{"ls"}, test.args...)...)
			if diff := cmp.Diff(test.want, noDates(out)); diff != "" || code != 0 {
				t.Errorf("exit code %d, %s, output (-want +got):\n%s", code, errs, diff)
			}
		})
	}
}

func TestShow(t *testing.T) {
	l := startFakeEmulator(t)
	l.fill()

	upload := contract.Upload{Key: "first.jpg", VersionID: "version-9", Bytes: 17, Sequencer: contract.PadSequencer("9")}
	if _, err := l.ledger.Reject(t.Context(), upload, "000000000009", base+"x", errorcode.New(errorcode.Truncated, "")); err != nil {
		t.Fatal(err)
	}

	l.objects["triptych-variants/first.jpg/-/manifest.json"] = []byte(`{"key": "first.jpg", "version": "000000000001",
		"sequencer": "1", "createdAt": "2026-03-04T05:06:07Z",
		"source": {"etag": "0123", "bytes": 3109191, "format": "jpeg", "width": 4000, "height": 3000},
		"variants": [{"name": "thumbnail", "url": "https://cdn.example/t.jpg", "width": 160, "height": 160, "bytes": 5210, "contentType": "image/jpeg"}]}`)

	tests := map[string]struct {
		key  string
		code int
		want string // text and JSON output
	}{
		"published": {"first.jpg", 0, `first.jpg
  original  JPEG, 4000×3000, 3.1 MB
  version   000000000001, made DATE
  manifest  https://cdn.example/first.jpg/-/manifest.json

    thumbnail  160×160  5.2 kB  https://cdn.example/t.jpg

  uploads
    REJECTED  000000000009  DATE  17 B    TRUNCATED This photo is incomplete: part of the file is missing.
    READY     000000000001  DATE  3.1 MB  current
`},
		"not published": {"holiday/third.jpg", 0, `holiday/third.jpg
  nothing is published

  uploads
    PROCESSING  000000000003  DATE  3.1 MB
`},
		"unknown": {"none.jpg", 1, "triptych: show \"none.jpg\": no upload with this key is known: `triptych ls` lists all uploads\n"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			code, out, errs := l.run("show", test.key)
			if diff := cmp.Diff(test.want, noDates(out+errs)); diff != "" || code != test.code {
				t.Errorf("exit code %d, output (-want +got):\n%s", code, diff)
			}
		})
	}

	_, out, _ := l.run("show", "first.jpg", "--json")
	if strings.Count(out, "\n") != 1 || !strings.Contains(out, `"manifestUrl":"https://cdn.example/first.jpg/-/manifest.json","manifest":{"key":"first.jpg"`) {
		t.Error(out)
	}

	_, out, _ = l.run("show", "holiday/third.jpg", "--json")
	if !strings.Contains(out, `"manifest":null,"versions":[{"key":"holiday/third.jpg","status":"`+string(ledger.Processing)) {
		t.Error(out)
	}
}

// history is the history of a Map whose first iteration needed a second attempt.
const history = `[
	{"id": 1, "previousEventId": 0, "timestamp": 1772600767.000, "type": "ExecutionStarted", "executionStartedEventDetails": {}},
	{"id": 2, "previousEventId": 1, "timestamp": 1772600767.010, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "Validate"}},
	{"id": 3, "previousEventId": 2, "timestamp": 1772600767.010, "type": "TaskScheduled", "taskScheduledEventDetails": {"resourceType": "lambda", "resource": "invoke", "region": "x", "parameters": "{}"}},
	{"id": 4, "previousEventId": 3, "timestamp": 1772600767.110, "type": "TaskSucceeded", "taskSucceededEventDetails": {"resourceType": "lambda", "resource": "invoke"}},
	{"id": 5, "previousEventId": 4, "timestamp": 1772600767.110, "type": "TaskStateExited", "stateExitedEventDetails": {"name": "Validate"}},
	{"id": 6, "previousEventId": 5, "timestamp": 1772600767.120, "type": "MapStateEntered", "stateEnteredEventDetails": {"name": "Resize"}},
	{"id": 7, "previousEventId": 6, "timestamp": 1772600767.120, "type": "MapStateStarted", "mapStateStartedEventDetails": {"length": 2}},
	{"id": 8, "previousEventId": 7, "timestamp": 1772600767.120, "type": "MapIterationStarted", "mapIterationStartedEventDetails": {"name": "Resize", "index": 0}},
	{"id": 9, "previousEventId": 7, "timestamp": 1772600767.120, "type": "MapIterationStarted", "mapIterationStartedEventDetails": {"name": "Resize", "index": 1}},
	{"id": 10, "previousEventId": 9, "timestamp": 1772600767.130, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "MakeVariant"}},
	{"id": 11, "previousEventId": 8, "timestamp": 1772600767.140, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "MakeVariant"}},
	{"id": 12, "previousEventId": 11, "timestamp": 1772600767.140, "type": "TaskScheduled", "taskScheduledEventDetails": {"resourceType": "lambda", "resource": "invoke", "region": "x", "parameters": "{}"}},
	{"id": 13, "previousEventId": 10, "timestamp": 1772600767.140, "type": "TaskScheduled", "taskScheduledEventDetails": {"resourceType": "lambda", "resource": "invoke", "region": "x", "parameters": "{}"}},
	{"id": 14, "previousEventId": 12, "timestamp": 1772600767.200, "type": "TaskFailed", "taskFailedEventDetails": {"resourceType": "lambda", "resource": "invoke", "error": "Transient", "cause": "{}"}},
	{"id": 15, "previousEventId": 13, "timestamp": 1772600767.300, "type": "TaskSucceeded", "taskSucceededEventDetails": {"resourceType": "lambda", "resource": "invoke"}},
	{"id": 16, "previousEventId": 15, "timestamp": 1772600767.310, "type": "TaskStateExited", "stateExitedEventDetails": {"name": "MakeVariant"}},
	{"id": 17, "previousEventId": 16, "timestamp": 1772600767.310, "type": "MapIterationSucceeded", "mapIterationSucceededEventDetails": {"name": "Resize", "index": 1}},
	{"id": 18, "previousEventId": 14, "timestamp": 1772600768.200, "type": "TaskScheduled", "taskScheduledEventDetails": {"resourceType": "lambda", "resource": "invoke", "region": "x", "parameters": "{}"}},
	{"id": 19, "previousEventId": 18, "timestamp": 1772600768.300, "type": "TaskSucceeded", "taskSucceededEventDetails": {"resourceType": "lambda", "resource": "invoke"}},
	{"id": 20, "previousEventId": 19, "timestamp": 1772600768.300, "type": "TaskStateExited", "stateExitedEventDetails": {"name": "MakeVariant"}},
	{"id": 21, "previousEventId": 20, "timestamp": 1772600768.300, "type": "MapIterationSucceeded", "mapIterationSucceededEventDetails": {"name": "Resize", "index": 0}},
	{"id": 22, "previousEventId": 21, "timestamp": 1772600768.310, "type": "MapStateSucceeded"},
	{"id": 23, "previousEventId": 22, "timestamp": 1772600768.310, "type": "MapStateExited", "stateExitedEventDetails": {"name": "Resize"}},
	{"id": 24, "previousEventId": 23, "timestamp": 1772600768.320, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "Record"}},
	{"id": 25, "previousEventId": 24, "timestamp": 1772600768.320, "type": "TaskScheduled", "taskScheduledEventDetails": {"resourceType": "lambda", "resource": "invoke", "region": "x", "parameters": "{}"}},
	{"id": 26, "previousEventId": 25, "timestamp": 1772600769.000, "type": "TaskFailed", "taskFailedEventDetails": {"resourceType": "lambda", "resource": "invoke", "error": "Lambda.Unknown", "cause": "{\"errorMessage\": \"out of memory\"}"}},
	{"id": 27, "previousEventId": 26, "timestamp": 1772600769.000, "type": "ExecutionFailed", "executionFailedEventDetails": {"error": "Lambda.Unknown"}}
]`

func TestExecutions(t *testing.T) {
	l := startFakeEmulator(t)
	l.execution(base+"good", map[string]any{
		"executionArn": base + "good", "name": "good", "status": "SUCCEEDED", "startDate": 1772600700, "stopDate": 1772600701.5,
		"input": `{"detail": {"object": {"key": "first.jpg"}}}`,
	})
	l.execution(base+"bad", map[string]any{
		"executionArn": base + "bad", "name": "bad", "status": "FAILED", "startDate": 1772600767, "stopDate": 1772600769, "redriveCount": 1,
		"input": `{"detail": {"object": {"key": "holiday/photo.jpg"}}}`, "error": "Lambda.Unknown", "cause": `{"errorMessage": "out of memory"}`,
	})
	l.histories[base+"bad"] = history

	const timeline = `bad  FAILED  2.0 s  DATE
  key  holiday/photo.jpg
  Lambda.Unknown out of memory

  STATE               AFTER    TOOK  TRIES  OUTCOME
  Validate            10 ms  100 ms      1  succeeded
  Resize             120 ms   1.2 s         succeeded
    MakeVariant [1]  130 ms  180 ms      1  succeeded
    MakeVariant [0]  140 ms   1.2 s      2  succeeded
  Record              1.3 s  680 ms      1  failed  Lambda.Unknown out of memory
`

	tests := map[string]struct {
		args []string
		code int
		want string // text and JSON output
	}{
		"list": {nil, 0, "STATUS     STARTED                   TOOK  KEY                NAME\n" +
			"FAILED     DATE  2.0 s  holiday/photo.jpg  bad  Record  Lambda.Unknown out of memory  redriven 1×\n" +
			"SUCCEEDED  DATE  1.5 s  first.jpg          good\n"},
		"of a status": {[]string{"--status", "succeeded"}, 0, "STATUS     STARTED                   TOOK  KEY        NAME\n" +
			"SUCCEEDED  DATE  1.5 s  first.jpg  good\n"},
		"below a prefix": {[]string{"--prefix", "first", "--output", "table"}, 0, "STATUS     STARTED                   TOOK  KEY        NAME\n" +
			"SUCCEEDED  DATE  1.5 s  first.jpg  good\n"},
		"at most one": {[]string{"--limit", "1"}, 0, "STATUS     STARTED                   TOOK  KEY                NAME\n" +
			"FAILED     DATE  2.0 s  holiday/photo.jpg  bad  Record  Lambda.Unknown out of memory  redriven 1×\n"},
		"as JSON": {[]string{"--status", "SUCCEEDED", "--json"}, 0, `{"executionArn":"` + base + `good","name":"good","status":"SUCCEEDED",` +
			`"startDate":"DATE","stopDate":"DATE","millis":1500,"redriveCount":0,"key":"first.jpg","state":"","error":"","cause":""}` + "\n"},
		"failed executions": {[]string{"--status", "failed", "--json"}, 0, `{"executionArn":"` + base + `bad","name":"bad","status":"FAILED",` +
			`"startDate":"DATE","stopDate":"DATE","millis":2000,"redriveCount":1,"key":"holiday/photo.jpg","state":"Record",` +
			`"error":"Lambda.Unknown","cause":"out of memory"}` + "\n"},
		"by name":                 {[]string{"bad"}, 0, timeline},
		"by ARN":                  {[]string{base + "bad"}, 0, timeline},
		"by the first characters": {[]string{"ba"}, 0, timeline},
		"unknown": {
			[]string{"none"}, 1,
			"triptych: there is no execution " + base + "none: `triptych executions` lists the executions\n",
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			code, out, errs := l.run(append([]string{"executions"}, test.args...)...)
			if diff := cmp.Diff(test.want, noDates(out+errs)); diff != "" || code != test.code {
				t.Errorf("exit code %d, output (-want +got):\n%s", code, diff)
			}
		})
	}

	_, out, _ := l.run("executions", "bad", "--json")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	want := `{"executionArn":"` + base + `bad","state":"MakeVariant","iteration":0,"startMillis":140,"millis":1160,"attempts":2,` +
		`"outcome":"succeeded","error":"","reason":""}`

	if len(lines) != 5 || lines[3] != want {
		t.Errorf("%d lines, the fourth is %s", len(lines), lines[3])
	}
}
