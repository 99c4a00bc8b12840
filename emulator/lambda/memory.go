package lambda

import (
	"fmt"
	"math"
	"time"
)

const (
	bytesPerMB = 1 << 20 // AWS's unit MB for a function's memory.

	// memoryInterval is the time between two checks of a working process's memory. A peak
	// between two checks counts too, because the kernel records the peak. The process can
	// only run a little longer than on Lambda.
	memoryInterval = 10 * time.Millisecond
)

// Names of failures in a report.
const (
	exitError   = "Runtime.ExitError"
	outOfMemory = "Runtime.OutOfMemory"
)

// overLimit reports whether the process has used more memory than its function has. If
// so, it ends the process, as the kernel does on Lambda.
//
// A cgroup would enforce the limit exactly, but only root, or a session that has a cgroup
// of its own, can create one. RLIMIT_AS is not a replacement: it counts reserved
// addresses, and a Go program reserves far more addresses than it uses memory.
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

// report returns the line that Lambda writes after an invocation.
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
