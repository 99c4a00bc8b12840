package gateway_test

import (
	"os"
	"testing"

	"triptych/emulator/objectstore"
)

// TestMain runs the tests, or the server of their object stores.
func TestMain(m *testing.M) {
	objectstore.RunServer()
	os.Exit(m.Run())
}
