package stepfunctions_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/eventbridge"
	"triptych/emulator/lambda"
	"triptych/emulator/sqs"
	"triptych/emulator/stepfunctions"
)

// parentRole makes TestMain run an emulator that a test kills. Its value is the directory
// of the emulator's state.
const (
	parentRole = "STEPFUNCTIONS_TEST_DIR"
	parentWork = "STEPFUNCTIONS_TEST_WORK" // The work that its function does.
	parentLoad = 60                        // The number of events that it puts.
)

// probe is the built function of package lambda's tests.
var probe = sync.OnceValues(func() (string, error) {
	path := filepath.Join(os.TempDir(), fmt.Sprintf("stepfunctions-probe-%d", os.Getpid()))

	out, err := exec.CommandContext(context.Background(), "go", "build", "-ldflags=-s -w", "-o", path, "../lambda/testdata/probe").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the probe: %w: %s", err, out)
	}

	return path, nil
})

func TestMain(m *testing.M) {
	if dir := os.Getenv(parentRole); dir != "" {
		if err := runTestEmulator(dir, os.Getenv(parentWork)); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}

	code := m.Run()

	if path, err := probe(); err == nil {
		_ = os.Remove(path) // It is not needed any more.
	}

	os.Exit(code)
}

// testEmulator is Lambda, Step Functions, EventBridge and SQS, connected.
type testEmulator struct {
	functions *lambda.Service
	machines  *stepfunctions.Service
	bus       *eventbridge.Bus
	queues    *sqs.Service
}

// newTestEmulator creates an emulator that runs the probe in a folder.
func newTestEmulator(db *bbolt.DB, dir string, log func(function, line string)) (*testEmulator, error) {
	const region, account = "us-east-1", "000000000000"

	l := &testEmulator{}

	var err error

	l.functions, err = lambda.New(lambda.Config{Region: region, Account: account, Log: log, Functions: []lambda.Function{
		{Name: "probe", Executable: filepath.Join(dir, "probe"), Timeout: time.Minute, Aliases: []string{"live"}},
	}})
	if err != nil {
		return nil, err
	}

	definition := strings.Replace(oneTask, `"Flaky"`, `"Flaky", "Runtime.ExitError"`, 1)
	definition = strings.Replace(definition, `"IntervalSeconds": 60`, `"IntervalSeconds": 1`, 1)
	definition = strings.Replace(definition, `$states.input %}"}`, `$states.input.detail %}"}`, 1)

	l.machines, err = stepfunctions.New(stepfunctions.Config{
		DB: db, Region: region, Account: account, Lambda: l.functions,
		Machines: []stepfunctions.Machine{{Name: "triptych-pipeline", Definition: []byte(definition)}},
		Emit:     func(ctx context.Context, event eventbridge.Event) error { return l.bus.Put(ctx, event) },
	})
	if err != nil {
		return nil, err
	}

	if l.queues, err = newQueues(db); err != nil {
		return nil, err
	}

	failed, err := failedRule(l.queues)
	if err != nil {
		return nil, err
	}

	l.bus, err = eventbridge.New(eventbridge.Config{DB: db, Region: region, Account: account, Queues: l.queues, Rules: []eventbridge.Rule{{
		Name: "uploads", Pattern: json.RawMessage(`{"source": ["test"]}`),
		Targets: []eventbridge.RuleTarget{{ID: "machine", ARN: machineARN, Target: l.machines.Target(machineARN)}},
	}, failed, rejectingRule(filepath.Join(dir, "tries"))}})
	if err != nil {
		return nil, err
	}

	if err := l.machines.Resume(); err != nil {
		return nil, err
	}

	return l, l.bus.Start()
}

func (l *testEmulator) close(t *testing.T) {
	t.Helper()

	for _, part := range []func() error{l.bus.Close, l.machines.Close, l.functions.Close} {
		if err := part(); err != nil {
			t.Error(err)
		}
	}
}

func (l *testEmulator) put(detail string) error {
	return l.bus.Put(context.Background(), eventbridge.Event{Source: "test", DetailType: "x", Detail: json.RawMessage(detail)})
}

// runTestEmulator puts events, prints each accepted event, and works until it is killed.
func runTestEmulator(dir, work string) error {
	db, err := bbolt.Open(filepath.Join(dir, "state.db"), 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		return err
	}

	l, err := newTestEmulator(db, dir, nil)
	if err != nil {
		return err
	}

	if err := l.bus.Put(context.Background(), eventbridge.Event{Source: "rejecting", DetailType: "x"}); err != nil {
		return err
	}

	for i := range parentLoad {
		if err := l.put(fmt.Sprintf(`{"do":%q,"millis":20,"text":"%d"}`, work, i)); err != nil {
			return err
		}

		fmt.Println("accepted", i)
	}

	select {}
}

// runAndKill runs an emulator until it has accepted its events, and then kills it.
func runAndKill(t *testing.T, dir, work string) {
	t.Helper()

	parent := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")

	parent.Env = append(os.Environ(), parentRole+"="+dir, parentWork+"="+work)

	output, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}

	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}

	var said strings.Builder

	for buffer := make([]byte, 4096); !strings.Contains(said.String(), fmt.Sprintf("accepted %d\n", parentLoad-1)); {
		n, err := output.Read(buffer)
		if err != nil {
			t.Fatalf("%v after %q", err, said.String())
		}

		said.Write(buffer[:n])
	}

	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}

	_ = parent.Wait() // It was killed.
}

// linkProbe links the probe into a folder.
func linkProbe(t *testing.T, dir string) {
	t.Helper()

	built, err := probe()
	if err != nil {
		t.Fatal(err)
	}

	if err := os.Link(built, filepath.Join(dir, "probe")); err != nil {
		if err := os.Symlink(built, filepath.Join(dir, "probe")); err != nil {
			t.Fatal(err)
		}
	}
}

// statuses counts the executions by status.
func statuses(t *testing.T, machines *stepfunctions.Service) map[string]int {
	t.Helper()

	var list struct{ Executions []struct{ Status string } }

	ask(t, machines, "ListExecutions", map[string]any{"stateMachineArn": machineARN, "maxResults": 1000}, &list)

	out := map[string]int{}
	for _, x := range list.Executions {
		out[x.Status]++
	}

	return out
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()

	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if done() {
			return
		}
	}

	t.Fatalf("timed out waiting until %s", what)
}

// TestService_survivesKill kills the whole process while events are in the outbox,
// executions are running and functions are working. Then it starts the process again.
func TestService_survivesKill(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	linkProbe(t, dir)

	for range 2 {
		runAndKill(t, dir, "sleep")
	}

	l, err := newTestEmulator(openDB(t, filepath.Join(dir, "state.db")), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.close(t)

	t.Log("found after the kills:", statuses(t, l.machines))

	eventually(t, "every accepted event has come to its end", func() bool { return statuses(t, l.machines)["SUCCEEDED"] == 2*parentLoad })

	if got := statuses(t, l.machines); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

// TestTask_killedFunctionIsRetried kills a working function, as the system does when memory runs
// out.
func TestTask_killedFunctionIsRetried(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	linkProbe(t, dir)

	pids := make(chan int, 10)

	l, err := newTestEmulator(newDB(t), dir, func(_, line string) {
		var pid int
		if _, err := fmt.Sscanf(line, "sleeping in %d", &pid); err == nil {
			pids <- pid
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer l.close(t)

	if err := l.put(`{"do":"sleep","millis":500,"text":"x"}`); err != nil {
		t.Fatal(err)
	}

	if err := syscall.Kill(<-pids, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}

	eventually(t, "the execution has ended", func() bool { return statuses(t, l.machines)["RUNNING"] == 0 })

	var list struct {
		Executions []struct{ ExecutionARN, Status string }
	}

	ask(t, l.machines, "ListExecutions", map[string]any{"stateMachineArn": machineARN}, &list)

	if got := strings.Join(history(t, l.machines, list.Executions[0].ExecutionARN), " "); list.Executions[0].Status != "SUCCEEDED" || !strings.Contains(got, "TaskFailed TaskScheduled TaskStarted TaskSucceeded") {
		t.Errorf("%s: %s", list.Executions[0].Status, got)
	}
}
