package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// BenchmarkFunctions measures the CPU time of each function for one upload of a sample
// photo: the figures of docs/cost.md. The uploads are processed one after another, after
// one that starts the functions. The figures are the time of whole processes, so the
// emulator's own work does not count.
func BenchmarkFunctions(b *testing.B) {
	const uploads = 25 // in each iteration

	photo, err := os.ReadFile(filepath.Join("..", "samples", "dragonfly.jpg"))
	if err != nil {
		b.Fatal(err)
	}

	up, err := startEmulator(binary, filepath.Join(b.TempDir(), "data"))
	if err != nil {
		b.Fatal(err)
	}

	defer func() {
		if err := up.stop(); err != nil {
			b.Error(err)
		}
	}()

	ready := 0
	process := func() {
		ready++
		put(b, up.target, fmt.Sprintf("cpu/%d.jpg", ready), photo)
		eventually(b, fmt.Sprintf("%d uploads are READY", ready), func() bool { return countReady(b, up.target) == ready })
	}

	process()

	before, processes := cpuOfFunctions(b, up)

	b.ResetTimer()

	for range b.N {
		for range uploads {
			process()
		}
	}

	after, now := cpuOfFunctions(b, up)
	if now < processes {
		b.Fatalf("%d processes of functions are left of %d: the time of the others is lost", now, processes)
	}

	for name, used := range after {
		b.ReportMetric(float64((used-before[name]).Milliseconds())/float64(b.N*uploads), "ms-"+name+"/upload")
	}
}

// cpuOfFunctions returns the CPU time that all processes of each function have used, and
// the number of processes.
func cpuOfFunctions(b *testing.B, up *emulator) (used map[string]time.Duration, processes int) {
	b.Helper()

	used = map[string]time.Duration{}

	for _, process := range functionsOf(up.Endpoint) {
		program, err := os.Readlink("/proc/" + process + "/exe") // functions/NAME/bootstrap
		if err != nil {
			continue // The process has ended.
		}

		pid, err := strconv.Atoi(process)
		if err != nil {
			b.Fatal(err)
		}

		used[filepath.Base(filepath.Dir(program))] += cpuTime(pid)
		processes++
	}

	return used, processes
}
