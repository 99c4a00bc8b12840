package lambda

import (
	"bytes"
	"os"
	"strconv"
)

const bytesPerKiB = 1024

// peakMemory is the most memory, in bytes, that the process has held at any moment:
// resident pages, of files too, as the cgroup of a Lambda sandbox counts them. It is
// false where the process is gone.
//
// https://man7.org/linux/man-pages/man5/proc_pid_status.5.html (VmHWM)
func peakMemory(pid int) (int64, bool) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status") //nolint:gosec // A number.
	if err != nil {
		return 0, false
	}

	_, after, found := bytes.Cut(text, []byte("\nVmHWM:"))
	if !found {
		return 0, false // A zombie has no memory.
	}

	line, _, _ := bytes.Cut(after, []byte("\n"))

	kib, err := strconv.ParseInt(string(bytes.TrimSuffix(bytes.TrimSpace(line), []byte(" kB"))), 10, 64)
	if err != nil {
		return 0, false
	}

	return kib * bytesPerKiB, true
}
