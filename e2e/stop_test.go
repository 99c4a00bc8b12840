package e2e_test

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
)

// TestStopWithOpenConnections checks that Ctrl-C ends the emulator without an error while
// clients keep unused connections open.
func TestStopWithOpenConnections(t *testing.T) {
	t.Parallel()

	up, err := startEmulator(binary, filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}

	for _, url := range []string{up.Endpoint, up.Stack.CDN} {
		connection, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			t.Fatal(err)
		}

		defer connection.Close()
	}

	if err := up.stop(); err != nil {
		t.Error(err)
	}
}
