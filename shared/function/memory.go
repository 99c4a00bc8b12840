package function

import (
	"runtime/debug"
	"strconv"
)

// memorySize is the variable in which Lambda says how many MiB a function has (AWS
// Lambda Developer Guide, "Defined runtime environment variables").
const memorySize = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"

// boundMemory has the garbage collector keep Go's memory below three quarters of what
// the function has: it would else wait until there is twice as much as is in use, and
// the picture of the invocation before may lie there still. The rest is for what Go
// does not manage. Without the variable there is no bound.
func boundMemory(lookup func(string) (string, bool)) {
	const mebibyte, quarters, of = 1 << 20, 3, 4

	text, _ := lookup(memorySize)

	size, err := strconv.ParseInt(text, 10, 32)
	if err != nil || size <= 0 {
		return
	}

	debug.SetMemoryLimit(size * mebibyte * quarters / of)
}
