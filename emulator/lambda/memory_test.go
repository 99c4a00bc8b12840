package lambda_test

import (
	"fmt"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"triptych/emulator/lambda"
)

// TestMemory runs a function with 128 MB that uses less and more than that.
func TestMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("memory is enforced on Linux only")
	}

	var reports log

	service := start(t, lambda.Config{
		Report: reports.add,
		Functions: []lambda.Function{
			{Name: "probe", Executable: probes.first, MemoryMB: 128, Timeout: time.Minute},
			{Name: "large", Executable: probes.first, MemoryMB: 1024, Timeout: time.Minute},
			{Name: "init", Executable: probes.first, MemoryMB: 128, Env: map[string]string{"PROBE_INIT": "allocate"}},
		},
	})

	const mb = 1 << 20

	for name, c := range map[string]struct {
		function, event string
		killed          bool
	}{
		"less":                                {"probe", fmt.Sprintf(`{"do":"allocate","bytes":%d}`, 64*mb), false},
		"more":                                {"probe", fmt.Sprintf(`{"do":"allocate","bytes":%d}`, 200*mb), true},
		"more, and works on":                  {"probe", fmt.Sprintf(`{"do":"allocate","bytes":%d,"millis":60000}`, 200*mb), true},
		"more memory for a moment":            {"probe", fmt.Sprintf(`{"do":"allocate","bytes":%d,"text":"let go"}`, 200*mb), true},
		"a lot more":                          {"probe", fmt.Sprintf(`{"do":"allocate","bytes":%d,"millis":60000}`, 3000*mb), true},
		"addresses without memory":            {"probe", fmt.Sprintf(`{"do":"reserve","bytes":%d}`, 8000*mb), false},
		"the same memory in a large function": {"large", fmt.Sprintf(`{"do":"allocate","bytes":%d}`, 200*mb), false},
		"more memory during the start":        {"init", `{}`, true},
		"more memory in a large function":     {"large", fmt.Sprintf(`{"do":"allocate","bytes":%d}`, 1200*mb), true},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := service.Invoke(t.Context(), c.function, []byte(c.event))
			if err != nil {
				t.Fatal(err)
			}

			if !c.killed {
				if result.FunctionError != "" {
					t.Errorf("it failed: %s", result.Payload)
				}

				return
			}

			want := regexp.MustCompile(`^\{"errorType":"Runtime\.ExitError","errorMessage":"RequestId: [0-9a-f-]{36} Error: Runtime exited with error: signal: killed"\}$`)
			if result.FunctionError != "Unhandled" || !want.Match(result.Payload) {
				t.Errorf("%q %s, want the exit of a process that was killed", result.FunctionError, result.Payload)
			}
		})
	}

	if fresh := call(t, service, "probe", `{"text":"fresh"}`); fresh.Text != "fresh" {
		t.Errorf("after all of that: %+v", fresh)
	}

	until(t, "every invocation is reported", func() bool { return strings.Count(reports.text(), "REPORT") >= 9 })

	for line := range strings.SplitSeq(reports.text(), "\n") {
		found := regexp.MustCompile(`^(\w+): REPORT RequestId: [0-9a-f-]{36}\tDuration: [0-9.]+ ms\tBilled Duration: \d+ ms\t` +
			`Memory Size: (\d+) MB\tMax Memory Used: (\d+) MB(\tStatus: error\tError Type: Runtime\.OutOfMemory)?$`).FindStringSubmatch(line)
		if found == nil {
			t.Errorf("not a report: %q", line)

			continue
		}

		size, _ := strconv.Atoi(found[2])
		used, _ := strconv.Atoi(found[3])

		if used < 1 || used > size || (used == size) != (found[4] != "") {
			t.Errorf("%s: the memory that was used does not fit the rest", line)
		}
	}
}
