package decoder

import (
	"fmt"

	"triptych/picture/failure"
)

// corrupt returns an error that says which rule is broken, and where.
func corrupt(offset int, format string, args ...any) error {
	return failure.New(failure.Corrupt, "JPEG: %s at byte %d", fmt.Sprintf(format, args...), offset).At(int64(offset))
}

// truncated returns the error for data that ends too early.
func truncated(offset int) error {
	return failure.New(failure.Truncated, "pixels are missing: the data ends at byte %d", offset).At(int64(offset))
}

// unsupported returns an error that names the unsupported feature.
func unsupported(offset int, format string, args ...any) error {
	return failure.New(failure.UnsupportedFormat, "%s at byte %d", fmt.Sprintf(format, args...), offset).At(int64(offset))
}
