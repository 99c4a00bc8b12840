package lambda

import (
	"fmt"
	"math"
	"time"
)

const (
	bytesPerMB = 1 << 20 // AWS's MB of a function's memory.

	// memoryInterval is how often a working process's memory is looked at. What a process
	// holds between two looks counts all the same, since the kernel keeps the most it has
	// held; a process can only run on a little longer than on Lambda.
	memoryInterval = 10 * time.Millisecond
)

// The names of ways to fail in a report.
const (
	exitError   = "Runtime.ExitError"
	outOfMemory = "Runtime.OutOfMemory"
)

// overLimit tells whether the process has held more memory than its function has. If so
// it ends the process, as the kernel does on Lambda.
//
// The kernel would bound it exactly by a cgroup, which only root, or a session that was
// given one, can make. RLIMIT_AS cannot stand in: it counts reserved addresses, of which
// a Go program has far more than memory.
func (in *instance) overLimit() bool {
	peak, known := peakMemory(in.cmd.Process.Pid)
	if !known {
		return in.exceeded.Load()
	}

	in.peak.Store(max(peak, in.peak.Load()))

	if peak <= int64(in.function.MemoryMB)*bytesPerMB {
		return in.exceeded.Load()
	}

	in.exceeded.Store(true)
	in.kill()

	return true
}

// report is the line that Lambda writes after an invocation.
//
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
func (in *instance) report(v *invocation, began time.Time) string {
	const perMilli = float64(time.Millisecond)

	took := float64(time.Since(began)) / perMilli
	limit := int64(in.function.MemoryMB)
	used := (in.peak.Load() + bytesPerMB - 1) / bytesPerMB

	line := fmt.Sprintf("REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %.0f ms\tMemory Size: %d MB\tMax Memory Used: %d MB",
		v.requestID, took, math.Ceil(took), limit, min(used, limit))

	switch result, _ := v.outcome(); {
	case in.exceeded.Load():
		line += "\tStatus: error\tError Type: " + outOfMemory
	case result.timedOut:
		line += "\tStatus: timeout"
	case result.platform != "":
		line += "\tStatus: error\tError Type: " + exitError
	}

	return line
}
