package command_test

import (
	"os"
	"testing"
	"time"
)

// The tests neither read the developer's settings nor depend on the local time zone.
func TestMain(m *testing.M) {
	time.Local = time.UTC

	folder, err := os.MkdirTemp("", "triptych-settings")
	if err != nil {
		panic(err)
	}

	if err := os.Setenv("XDG_CONFIG_HOME", folder); err != nil {
		panic(err)
	}

	code := m.Run()
	_ = os.RemoveAll(folder) // It is a temporary folder.

	os.Exit(code)
}
