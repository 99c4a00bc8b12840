package function

import (
	"runtime/debug"
	"strconv"
)

// memorySize is the environment variable in which Lambda sets the function's memory in
// MiB (AWS Lambda Developer Guide, "Defined runtime environment variables").
const memorySize = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"

// boundMemory sets Go's memory limit to three quarters of the function's memory. Without
// this limit, the garbage collector waits until the heap has doubled, and the heap may
// still contain the image of the previous invocation. The last quarter is for memory that
// Go does not manage. If the variable is not set, boundMemory sets no limit.
func boundMemory(lookup func(string) (string, bool)) {
	const mebibyte, quarters, of = 1 << 20, 3, 4

	text, _ := lookup(memorySize)

	size, err := strconv.ParseInt(text, 10, 32)
	if err != nil || size <= 0 {
		return
	}

	debug.SetMemoryLimit(size * mebibyte * quarters / of)
}
