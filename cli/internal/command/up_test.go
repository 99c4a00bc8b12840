package command_test

import (
	"fmt"
	"net"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPortInUse starts where another listens: it must say which port, and which
// flag helps.
func TestPortInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()

	_, port, err := net.SplitHostPort(taken.Addr().String())
	if err != nil {
		t.Fatal(err)
	}

	for _, flag := range []string{"--aws", "--cdn"} {
		t.Run(flag, func(t *testing.T) {
			other := map[string]string{"--aws": "--cdn", "--cdn": "--aws"}[flag]
			code, out, errs := run(t.Context(), "up", flag, ":"+port, other, "127.0.0.1:0",
				"--functions", t.TempDir(), "--data", filepath.Join(t.TempDir(), "data"))

			want := fmt.Sprintf("triptych: 127.0.0.1:%s is in use, perhaps by another `triptych up`: stop that, or choose another port with %s\n", port, flag)
			if diff := cmp.Diff(want, out+errs); diff != "" || code != 1 {
				t.Errorf("exit code %d, output (-want +got):\n%s", code, diff)
			}
		})
	}
}
