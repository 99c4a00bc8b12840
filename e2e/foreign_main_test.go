package e2e_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"triptych/e2e/foreign"
)

// runForeign runs the tests on MiniStack, with the stack that Terraform applied. Only
// tests that call [onForeign], or that need only S3, DynamoDB, SQS, EventBridge, Step
// Functions and Lambda, can pass there. `make e2e-foreign` names them.
func runForeign(m *testing.M, programs string) (code int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()

	folder, err := os.MkdirTemp("", "triptych-foreign-")
	if err != nil {
		return 1, fmt.Errorf("make a folder: %w", err)
	}
	defer os.RemoveAll(folder)

	path := os.Getenv("TRIPTYCH_DEPLOYMENT")
	if path == "" {
		return 1, errors.New("TRIPTYCH_DEPLOYMENT does not name what Terraform applied; `make e2e-foreign` does")
	}

	deployment, err := foreign.Read(path)
	if err != nil {
		return 1, err
	}

	ministack, err := foreign.StartMiniStack(ctx, programs, folder)
	if err != nil {
		return 1, err
	}
	defer ministack.Stop()

	packages := cmp.Or(os.Getenv("TRIPTYCH_PACKAGES"), "../build/functions")
	if err := foreign.Deploy(ctx, deployment, ministack.Endpoint, packages); err != nil {
		return 1, fmt.Errorf("%w; MiniStack's log:\n%s", err, ministack.Log())
	}

	under, err = connect(ctx, binary, ministack.Endpoint)
	if err != nil {
		return 1, err
	}

	code = m.Run()
	if code != 0 {
		fmt.Fprintf(os.Stderr, "MiniStack's log ends:\n%s\n", ministack.Log())
	}

	return code, nil
}
