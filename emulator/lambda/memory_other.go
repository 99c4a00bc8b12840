//go:build !linux

package lambda

// peakMemory is not known on this system: a function's memory is not bounded here.
func peakMemory(int) (int64, bool) { return 0, false }
