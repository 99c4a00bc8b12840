package stack

import (
	"os"
	"testing"
)

// TestMain runs the tests, or a process of the stacks that they start.
func TestMain(m *testing.M) {
	RunProcess()
	os.Exit(m.Run())
}
