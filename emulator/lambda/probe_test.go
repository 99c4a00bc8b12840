package lambda_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"triptych/emulator/lambda"
)

// probes has the paths of the two builds of testdata/probe, which are built once.
var probes struct{ first, second string }

const parentRole = "LAMBDA_TEST_PARENT" // Names the probe that TestMain runs in another process.

func TestMain(m *testing.M) {
	if probe := os.Getenv(parentRole); probe != "" {
		actAsParent(probe)
	}

	os.Exit(withProbes(m))
}

func withProbes(m *testing.M) int {
	dir, err := os.MkdirTemp("", "probe")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)

		return 1
	}
	defer os.RemoveAll(dir)

	probes.first, probes.second = filepath.Join(dir, "first"), filepath.Join(dir, "second")

	for name, path := range map[string]string{"first": probes.first, "second": probes.second} {
		build := exec.CommandContext(context.Background(), "go", "build", "-ldflags=-s -w -X main.build="+name, "-o", path, "./testdata/probe")
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build the probe: %v\n%s", err, out)

			return 1
		}
	}

	return m.Run()
}

// actAsParent invokes a function that sleeps, and waits to be killed.
func actAsParent(probe string) {
	service, err := lambda.New(lambda.Config{
		Region: "us-east-1", Account: "000000000000",
		Functions: []lambda.Function{{Name: "probe", Executable: probe, Timeout: time.Minute}},
		Log:       func(_, line string) { fmt.Println(line) },
	})
	if err != nil {
		panic(err)
	}

	_, err = service.Invoke(context.Background(), "probe", []byte(`{"do":"sleep","millis":60000}`))
	panic(err)
}

// log collects what functions write.
type log struct {
	mu    sync.Mutex
	lines []string
}

func (l *log) add(function, line string) {
	l.mu.Lock()
	defer l.mu.Unlock()

	l.lines = append(l.lines, function+": "+line)
}

func (l *log) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()

	return strings.Join(l.lines, "\n")
}

type answer struct {
	Text     string            `json:"text"`
	Build    string            `json:"build"`
	PID      int               `json:"pid"`
	ARN      string            `json:"arn"`
	Deadline int64             `json:"deadline"`
	Env      map[string]string `json:"env"`

	AtWork    int `json:"atWork"`    // Running invocations of all functions,
	OwnAtWork int `json:"ownAtWork"` // and of the function itself.
}

// start creates a service. config may omit fields that the test does not need.
func start(t *testing.T, config lambda.Config) *lambda.Service {
	t.Helper()

	config.Region, config.Account = "us-east-1", "000000000000"
	if config.Functions == nil {
		config.Functions = []lambda.Function{{Name: "probe", Executable: probes.first, Timeout: 30 * time.Second, Aliases: []string{"live"}}}
	}

	service, err := lambda.New(config)
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		if err := service.Close(); err != nil {
			t.Error(err)
		}
	})

	return service
}

// call invokes a function and expects success.
func call(t *testing.T, service *lambda.Service, function, payload string) answer {
	t.Helper()

	result, err := service.Invoke(t.Context(), function, []byte(payload))
	if err != nil {
		t.Fatal(err)
	}

	if result.FunctionError != "" {
		t.Fatalf("the function failed: %s", result.Payload)
	}

	var out answer
	if err := json.Unmarshal(result.Payload, &out); err != nil {
		t.Fatalf("the function answered %s: %v", result.Payload, err)
	}

	return out
}

// until waits for an effect of another process.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()

	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if done() {
			return
		}
	}

	t.Fatalf("not in time: %s", what)
}
