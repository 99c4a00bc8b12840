package command_test

import (
	"fmt"
	"net"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestUp_portInUse uses a port on which another process listens. The error must name the
// port and the flag that changes it.
func TestUp_portInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()

	_, port, err := net.SplitHostPort(taken.Addr().String())
	if err != nil {
		t.Fatal(err)
	}

	for flag, by := range map[string]string{"--aws": "`triptych up`", "--cdn": "`triptych up`", "--console": "console"} {
		t.Run(flag, func(t *testing.T) {
			arguments := []string{"up", "--functions", t.TempDir(), "--data", filepath.Join(t.TempDir(), "data"), flag, ":" + port}

			for _, other := range []string{"--aws", "--cdn", "--console"} {
				if other != flag {
					arguments = append(arguments, other, "127.0.0.1:0")
				}
			}

			code, out, errs := run(t.Context(), arguments...)

			want := fmt.Sprintf("triptych: 127.0.0.1:%s is in use, perhaps by another %s: stop that process, or choose another port with %s\n", port, by, flag)
			if diff := cmp.Diff(want, out+errs); diff != "" || code != 1 {
				t.Errorf("exit code %d, output (-want +got):\n%s", code, diff)
			}
		})
	}
}
