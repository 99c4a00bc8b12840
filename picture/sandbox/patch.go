package sandbox

import (
	"bytes"
	"errors"
	"fmt"
)

// Patch replaces bytes of a library's WebAssembly by as many others, where a library's
// interface has no option for what is needed.
type Patch struct {
	// Old has to stand in the code exactly once: a new version of the library must be
	// examined before it is patched.
	Old, New []byte
}

var errPatch = errors.New("no place for a patch")

func (p Patch) apply(code []byte) ([]byte, error) {
	if count := bytes.Count(code, p.Old); count != 1 || len(p.Old) != len(p.New) {
		return nil, fmt.Errorf("%w: % x stands %d times in the code", errPatch, p.Old, count)
	}

	return bytes.Replace(code, p.Old, p.New, 1), nil
}
