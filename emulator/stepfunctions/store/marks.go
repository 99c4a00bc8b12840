package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
)

// Marks is a file with the keys of the executions whose expressions are being evaluated. If
// an evaluation kills the process, its mark stays in the file, so that it is not repeated
// forever. The file is not synced, like the database: it survives the
// death of the process, but not of the computer. A nil *Marks does nothing.
type Marks struct {
	file *os.File

	mu   sync.Mutex
	free []int64 // Slots that are free again.
	next int64
}

// slotBytes is the size of a slot. It holds the longest key of an execution and a zero
// byte.
const slotBytes = 512

// OpenMarks opens the file and returns the keys that a killed process has left in it.
func OpenMarks(path string) (*Marks, []string, error) {
	if path == "" {
		return nil, nil, nil
	}

	left, err := os.ReadFile(path) //nolint:gosec // The state's own file.
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("read the marks of evaluations: %w", err)
	}

	var keys []string

	for ; len(left) > 0; left = left[min(slotBytes, len(left)):] {
		slot := left[:min(slotBytes, len(left))]
		if key, _, _ := bytes.Cut(slot, []byte{0}); len(key) > 0 {
			keys = append(keys, string(key))
		}
	}

	const ownerOnly = 0o600

	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, ownerOnly) //nolint:gosec // The state's own file.
	if err != nil {
		return nil, nil, fmt.Errorf("open the marks of evaluations: %w", err)
	}

	return &Marks{file: file}, keys, nil
}

// Clear removes the marks of a former process, after they have been counted.
func (m *Marks) Clear() error {
	if m == nil {
		return nil
	}

	if err := m.file.Truncate(0); err != nil {
		return fmt.Errorf("clear the marks of evaluations: %w", err)
	}

	return nil
}

// Set marks an execution and returns the function that removes the mark. Write errors are
// ignored, because a mark is only needed after a crash.
func (m *Marks) Set(key string) (unset func()) {
	if m == nil || len(key) >= slotBytes {
		return func() {}
	}

	m.mu.Lock()

	slot := m.next
	if last := len(m.free) - 1; last >= 0 {
		slot, m.free = m.free[last], m.free[:last]
	} else {
		m.next++
	}
	m.mu.Unlock()

	_, err := m.file.WriteAt(append([]byte(key), 0), slot*slotBytes)

	return func() {
		if err == nil {
			_, _ = m.file.WriteAt([]byte{0}, slot*slotBytes) // See above.
		}

		m.mu.Lock()
		m.free = append(m.free, slot)
		m.mu.Unlock()
	}
}

// Close closes the file.
func (m *Marks) Close() error {
	if m == nil {
		return nil
	}

	return m.file.Close()
}
