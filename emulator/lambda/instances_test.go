package lambda_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"triptych/emulator/lambda"
)

func TestWarmInstancesAreReused(t *testing.T) {
	t.Parallel()

	service := start(t, lambda.Config{})
	first := call(t, service, "probe", `{"text":"a"}`)
	second := call(t, service, "arn:aws:lambda:us-east-1:000000000000:function:probe:live", `{"do":"context"}`)

	// An instance is busy until it asks for more work, possibly a moment after it has
	// answered. An invocation in that moment correctly gets another instance.
	var begun time.Time

	until(t, "one process serves two invocations in a row", func() bool {
		begun = time.Now()
		first, second = second, call(t, service, "arn:aws:lambda:us-east-1:000000000000:function:probe:live", `{"do":"context"}`)

		return first.PID == second.PID
	})

	if want := "arn:aws:lambda:us-east-1:000000000000:function:probe:live"; second.ARN != want {
		t.Errorf("the function received the ARN %q, want %q", second.ARN, want)
	}

	// The deadline is in milliseconds, and counts from a moment between begun and now.
	const timeout = 30 * time.Second
	if at := time.UnixMilli(second.Deadline); at.Before(begun.Add(timeout-time.Millisecond)) || at.After(time.Now().Add(timeout)) {
		t.Errorf("the deadline is %v after the invocation, want %v", at.Sub(begun), timeout)
	}
}

func TestReplacedExecutableIsRunNext(t *testing.T) {
	t.Parallel()

	path := filepath.Join(t.TempDir(), "bootstrap")
	install(t, probes.first, path)

	service := start(t, lambda.Config{Functions: []lambda.Function{{Name: "probe", Executable: path}}})
	before := call(t, service, "probe", `{}`)

	install(t, probes.second, path)

	after := call(t, service, "probe", `{}`)
	if before.Build != "first" || after.Build != "second" {
		t.Errorf("ran %s, then %s", before.Build, after.Build)
	}

	until(t, "the old process is gone", func() bool { return gone(before.PID) })
}

func TestIdleInstancesEnd(t *testing.T) {
	t.Parallel()

	service := start(t, lambda.Config{IdleTimeout: 30 * time.Millisecond})
	pid := call(t, service, "probe", `{}`).PID
	until(t, "the idle process is gone", func() bool { return gone(pid) })
	call(t, service, "probe", `{}`)
}

func TestKilledInstanceIsReplaced(t *testing.T) {
	t.Parallel()

	service := start(t, lambda.Config{})
	pid := call(t, service, "probe", `{}`).PID

	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}

	// One invocation may have been given to the process while it was dying.
	until(t, "another process serves", func() bool {
		result, err := service.Invoke(t.Context(), "probe", nil)

		return err == nil && result.FunctionError == ""
	})
}

func TestCloseEndsEverything(t *testing.T) {
	t.Parallel()

	var sink log

	service := start(t, lambda.Config{Log: sink.add})
	idle := call(t, service, "probe", `{}`).PID
	failed := make(chan error, 1)

	go func() {
		_, err := service.Invoke(context.Background(), "probe", []byte(`{"do":"sleep","millis":60000}`))
		failed <- err
	}()

	until(t, "the function sleeps", func() bool { return strings.Contains(sink.text(), "sleeping") })

	if err := service.Close(); err != nil {
		t.Fatal(err)
	}

	if err := <-failed; err == nil {
		t.Error("an invocation that Close cut short has a result")
	}

	if !gone(idle) {
		t.Errorf("process %d outlived Close", idle)
	}

	if _, err := service.Invoke(t.Context(), "probe", nil); err == nil {
		t.Error("a closed service invokes")
	}
}

func TestInstances_end_with_their_parent(t *testing.T) {
	t.Parallel()

	parent := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")

	parent.Env = append(os.Environ(), parentRole+"="+probes.first)

	output, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}

	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}

	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatalf("read the output of the function: %v", err)
	}

	pid, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(line, "sleeping in ")))
	if err != nil || gone(pid) {
		t.Fatalf("the function said %q", line)
	}

	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}

	_ = parent.Wait() // The process was killed.

	until(t, "the function is gone", func() bool { return gone(pid) })
}

// gone reports whether no process has this id, or only a zombie.
func gone(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}

	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")

	return err == nil && strings.Contains(string(status), ") Z ")
}

// install replaces a file with a copy of another one as a build does: by renaming.
func install(t *testing.T, from, to string) {
	t.Helper()

	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}

	if err := os.WriteFile(to+".new", content, 0o755); err != nil {
		t.Fatal(err)
	}

	if err := os.Rename(to+".new", to); err != nil {
		t.Fatal(err)
	}
}
