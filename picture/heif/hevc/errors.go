package hevc

import (
	"fmt"

	"triptych/picture/failure"
)

// corrupt returns an error that says which rule is broken.
func corrupt(format string, args ...any) error {
	return failure.New(failure.Corrupt, "HEVC: %s", fmt.Sprintf(format, args...))
}

// truncated returns the error for data that ends too early, and says in which part.
func truncated(format string, args ...any) error {
	return failure.New(failure.Truncated, "HEVC: the data ends in %s", fmt.Sprintf(format, args...))
}

// unsupported returns an error that names the unsupported feature.
func unsupported(format string, args ...any) error {
	return failure.New(failure.UnsupportedFormat, "HEVC with %s", fmt.Sprintf(format, args...))
}
