package e2e_test

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
)

// TestStopWithOpenConnections: clients open connections before they need them, and
// leave them open. Ctrl-C ends the laptop well all the same.
func TestStopWithOpenConnections(t *testing.T) {
	t.Parallel()

	up, err := startLaptop(binary, filepath.Join(t.TempDir(), "data"))
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
