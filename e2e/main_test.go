package e2e_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// under is the stack that the tests share. A test that stops or changes an emulator starts
// an emulator of its own.
var under *target

// binary is the path of the triptych under test.
var binary string

func TestMain(m *testing.M) {
	flag.Parse()

	if testing.Short() {
		fmt.Println("end-to-end tests: skipped because of -short")
		os.Exit(0)
	}

	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "end-to-end tests:", err)

		code = max(code, 1)
	}

	os.Exit(code)
}

// run does the work of TestMain. It is a function of its own because os.Exit skips deferred
// calls.
func run(m *testing.M) (code int, err error) {
	if _, err := exec.LookPath("exiftool"); err != nil {
		return 1, fmt.Errorf("%w: the tests need it to prove that no metadata is left; "+
			"on Debian `apt-get install libimage-exiftool-perl`, with Homebrew `brew install exiftool`", err)
	}

	if binary, err = build(); err != nil {
		return 1, err
	}

	if programs := os.Getenv("E2E_FOREIGN"); programs != "" {
		return runForeign(m, programs)
	}

	if endpoint := os.Getenv("E2E_ENDPOINT"); endpoint != "" {
		return runAgainst(m, endpoint)
	}

	folder, err := os.MkdirTemp("", "triptych-e2e-")
	if err != nil {
		return 1, fmt.Errorf("make a folder: %w", err)
	}
	defer os.RemoveAll(folder)

	up, err := startEmulator(binary, filepath.Join(folder, "data"))
	if err != nil {
		return 1, err
	}

	under = up.target
	code = m.Run()

	if err := sweep(under); err != nil {
		code = 1

		fmt.Fprintln(os.Stderr, "after all tests:", err)
	}

	if code != 0 {
		fmt.Fprintf(os.Stderr, "the end of the log of triptych up:\n%s\n", up.log.Tail(60))
	}

	if err := up.stop(); err != nil {
		return code, err
	}

	if err := observed.check(); err != nil {
		return code, fmt.Errorf("the policies:\n%w", err)
	}

	return code, nil
}

// runAgainst runs the tests against a stack that is already running.
func runAgainst(m *testing.M, endpoint string) (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	found, err := connect(ctx, binary, endpoint)
	if err != nil {
		return 1, err
	}

	found.Stack.CDN = cmp.Or(os.Getenv("E2E_CDN"), found.Stack.CDN)
	under = found

	return m.Run(), nil
}

// build returns the path of the binary to test. It runs `make build` if TRIPTYCH_BIN is
// not set.
func build() (string, error) {
	if given := os.Getenv("TRIPTYCH_BIN"); given != "" {
		path, err := filepath.Abs(given)
		if err != nil {
			return "", fmt.Errorf("find TRIPTYCH_BIN: %w", err)
		}

		return path, nil
	}

	command := exec.Command("make", "-C", "..", "build")
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("make build: %w\n%s", err, out)
	}

	path, err := filepath.Abs("../build/triptych")
	if err != nil {
		return "", fmt.Errorf("find the built triptych: %w", err)
	}

	return path, nil
}
