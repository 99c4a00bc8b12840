//go:build !linux

package lambda

// peakMemory is not known on this operating system, so a function's memory is not
// limited.
func peakMemory(int) (int64, bool) { return 0, false }
