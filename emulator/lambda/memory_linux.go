package lambda

import (
	"bytes"
	"os"
	"strconv"
)

const bytesPerKiB = 1024

// peakMemory is the peak memory of the process in bytes: resident pages, including those
// of files, as the cgroup of a Lambda sandbox counts them. It returns false if the
// process has exited.
//
// https://man7.org/linux/man-pages/man5/proc_pid_status.5.html (VmHWM)
func peakMemory(pid int) (int64, bool) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status") //nolint:gosec // A number.
	if err != nil {
		return 0, false
	}

	_, after, found := bytes.Cut(text, []byte("\nVmHWM:"))
	if !found {
		return 0, false // A zombie process has no memory.
	}

	line, _, _ := bytes.Cut(after, []byte("\n"))

	kib, err := strconv.ParseInt(string(bytes.TrimSuffix(bytes.TrimSpace(line), []byte(" kB"))), 10, 64)
	if err != nil {
		return 0, false
	}

	return kib * bytesPerKiB, true
}
