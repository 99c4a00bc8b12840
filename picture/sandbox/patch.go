package sandbox

import (
	"bytes"
	"errors"
	"fmt"
)

// Patch replaces bytes of a library's WebAssembly by the same number of other bytes. It
// is used if a library's interface has no option for a requirement.
type Patch struct {
	// Old must occur in the code exactly once. A new version of the library must be
	// examined before it is patched.
	Old, New []byte
}

var errPatch = errors.New("patch does not fit")

func (p Patch) apply(code []byte) ([]byte, error) {
	if count := bytes.Count(code, p.Old); count != 1 || len(p.Old) != len(p.New) {
		return nil, fmt.Errorf("%w: % x occurs %d times in the code", errPatch, p.Old, count)
	}

	return bytes.Replace(code, p.Old, p.New, 1), nil
}
