package webp

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"triptych/picture/sandbox"
)

// result copies the result of the module's encode function. The function has written the
// size to sizeAt.
func result(instance *sandbox.Instance, at, sizeAt uint64) ([]byte, error) {
	const sizeBytes = 4

	size, err := instance.Bytes(sizeAt, sizeBytes)
	if err != nil {
		return nil, fmt.Errorf("read the size: %w", err)
	}

	made, err := instance.Bytes(at, int64(binary.LittleEndian.Uint32(size)))
	if err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}

	return bytes.Clone(made), nil
}
