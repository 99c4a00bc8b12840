package lambda_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/awsapi"
	"triptych/emulator/lambda"
)

func TestInvoke_failures(t *testing.T) {
	t.Parallel()

	service := start(t, lambda.Config{
		Functions: []lambda.Function{
			{Name: "probe", Executable: probes.first, Timeout: time.Minute},
			{Name: "short", Executable: probes.first, Timeout: 500 * time.Millisecond},
			{Name: "noinit", Executable: probes.first, Env: map[string]string{"PROBE_INIT": "exit"}},
			{Name: "absent", Executable: filepath.Join(t.TempDir(), "bootstrap")},
		},
	})

	cases := []struct{ name, function, payload, wantType, wantMessage string }{
		{"an error with a name", "probe", `{"do":"fail","text":"bad scan"}`, `Corrupt`, `bad scan`},
		{"an error without one", "probe", `{"do":"plain","text":"oops"}`, `errorString`, `oops`},
		{"a panic", "probe", `{"do":"panic","text":"boom"}`, `string`, `boom`},
		{"a crash", "probe", `{"do":"exit"}`, `Runtime\.ExitError`, `RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 1`},
		{"an exit", "probe", `{"do":"exit0"}`, `Runtime\.ExitError`, `RequestId: [0-9a-f-]{36} Error: Runtime exited without providing a reason`},
		{"a timeout", "short", `{"do":"sleep","millis":60000}`, `Sandbox\.Timedout`, `RequestId: [0-9a-f-]{36} Error: Task timed out after 0\.50 seconds`},
		{"a response over 6 MB", "probe", `{"do":"big","bytes":6291456}`, `Function\.ResponseSizeTooLarge`, `Response payload size exceeded .*`},
		{"an input of the wrong type", "probe", `{"millis":"soon"}`, `UnmarshalTypeError`, `.*cannot unmarshal.*`},
		{"a crash in init", "noinit", `{}`, `Runtime\.ExitError`, `.* exit status 3`},
		{"no executable", "absent", `{}`, `Runtime\.InvalidEntrypoint`, `.*no such file or directory`},
		{"and then it works again", "probe", `{}`, ``, ``},
	}

	for _, c := range cases {
		result, err := service.Invoke(t.Context(), c.function, []byte(c.payload))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}

		var document struct{ ErrorType, ErrorMessage string }
		if err := json.Unmarshal(result.Payload, &document); err != nil {
			t.Fatalf("%s: the payload %.80s: %v", c.name, result.Payload, err)
		}

		if !regexp.MustCompile("^"+c.wantType+"$").MatchString(document.ErrorType) ||
			!regexp.MustCompile("^"+c.wantMessage+"$").MatchString(document.ErrorMessage) {
			t.Errorf("%s: got %s: %s", c.name, document.ErrorType, document.ErrorMessage)
		}

		if failed := result.FunctionError == "Unhandled"; failed != (c.wantType != "") {
			t.Errorf("%s: FunctionError is %q", c.name, result.FunctionError)
		}
	}
}

func TestInitTimeout(t *testing.T) {
	t.Parallel()

	var sink log

	service := start(t, lambda.Config{
		Log:         sink.add,
		InitTimeout: 100 * time.Millisecond,
		Functions:   []lambda.Function{{Name: "probe", Executable: probes.first, Env: map[string]string{"PROBE_INIT": "hang"}}},
	})

	result, err := service.Invoke(t.Context(), "probe", nil)
	if err != nil || !strings.Contains(string(result.Payload), "Task timed out after 0.10 seconds") {
		t.Errorf("got %s, %v", result.Payload, err)
	}

	until(t, "the log tells of it", func() bool { return strings.Contains(sink.text(), "Task timed out after 0.10 seconds") })
}

func TestRefusals(t *testing.T) {
	t.Parallel()

	service := start(t, lambda.Config{})
	cases := []struct{ name, function, payload, want string }{
		{"no such function", "nope", `{}`, "ResourceNotFoundException"},
		{"no such qualifier", "probe:staging", `{}`, "ResourceNotFoundException"},
		{"not a name", "what is this", `{}`, "ValidationException"},
		{"not JSON", "probe", `{`, "InvalidRequestContentException"},
		{"over 6 MB", "probe", `"` + strings.Repeat("x", 6<<20) + `"`, "RequestTooLargeException"},
	}

	for _, c := range cases {
		_, err := service.Invoke(t.Context(), c.function, []byte(c.payload))

		var failure *awsapi.Error
		if !errors.As(err, &failure) || failure.Code != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

func TestEnvironmentIsTheFunctionsOwn(t *testing.T) {
	t.Setenv("AWS_PROFILE", "ours")

	service := start(t, lambda.Config{Functions: []lambda.Function{{
		Name: "probe", Executable: probes.first, MemoryMB: 512, Env: map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"},
	}}})
	got := call(t, service, "probe", `{"do":"context"}`).Env
	want := map[string]string{
		"AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "AWS_LAMBDA_FUNCTION_NAME": "probe",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512", "AWS_REGION": "us-east-1", "AWS_PROFILE": "",
	}

	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s is %q, want %q", name, got[name], value)
		}
	}
}

func TestLog_lines(t *testing.T) {
	t.Parallel()

	var sink log

	service := start(t, lambda.Config{Log: sink.add})
	call(t, service, "probe", `{"do":"print","text":"one\ntwo\r\nthree "}`)

	want := "probe: one\nprobe: two\nprobe: three to stderr"

	until(t, "the lines are there", func() bool { return len(sink.text()) >= len(want) })

	if diff := cmp.Diff(want, sink.text()); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

func TestConcurrencyIsBounded(t *testing.T) {
	t.Parallel()

	service := start(t, lambda.Config{
		MaxInstances: 3,
		Functions: []lambda.Function{
			{Name: "one", Executable: probes.first, MaxConcurrency: 1, Timeout: time.Minute},
			{Name: "many", Executable: probes.first, Timeout: time.Minute},
		},
	})

	var (
		group   sync.WaitGroup
		payload = fmt.Sprintf(`{"do":"occupy","text":%q,"millis":30}`, t.TempDir())
	)

	for i := range 60 {
		function, most := "many", 3
		if i%3 == 0 {
			function, most = "one", 1
		}

		group.Go(func() {
			got := call(t, service, function, payload)
			if got.AtWork < 1 || got.AtWork > 3 || got.OwnAtWork > most {
				t.Errorf("%d invocations of %s were at work at once, want at most %d; %d of all functions, want at most 3",
					got.OwnAtWork, function, most, got.AtWork)
			}
		})
	}

	group.Wait()
}

func TestPool_fair_shares(t *testing.T) {
	t.Parallel()

	service := start(t, lambda.Config{
		MaxInstances: 2,
		Functions: []lambda.Function{
			{Name: "busy", Executable: probes.first, Timeout: time.Minute},
			{Name: "rare", Executable: probes.first, Timeout: time.Minute},
		},
	})

	ctx, cancel := context.WithCancel(t.Context())

	var group sync.WaitGroup

	for range 8 { // Always more pending invocations than instances, until rare had its turn.
		group.Go(func() {
			for ctx.Err() == nil {
				_, _ = service.Invoke(ctx, "busy", []byte(`{"do":"sleep","millis":20}`))
			}
		})
	}

	call(t, service, "rare", `{}`)
	cancel()
	group.Wait()
}

func TestInvoke_context_ends(t *testing.T) {
	t.Parallel()

	service := start(t, lambda.Config{MaxInstances: 1})
	pid := call(t, service, "probe", `{}`).PID

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()

	// The first times out on a function that continues, the second in the queue.
	for _, name := range []string{"running", "queued"} {
		if _, err := service.Invoke(ctx, "probe", []byte(`{"do":"sleep","millis":300}`)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: got %v, want the context's error", name, err)
		}
	}

	if again := call(t, service, "probe", `{}`).PID; again != pid {
		t.Errorf("the instance was not free again: process %d instead of %d", again, pid)
	}
}
