package container

import (
	"errors"
	"fmt"

	"triptych/picture/failure"
)

// Truncated converts ErrEnd into a rejection.
func Truncated(err error) error {
	if errors.Is(err, ErrEnd) {
		return failure.New(failure.Truncated, "the file ends in its header")
	}

	if failure.KindOf(err) != "" {
		return err
	}

	return fmt.Errorf("inspect an image: %w", err)
}
