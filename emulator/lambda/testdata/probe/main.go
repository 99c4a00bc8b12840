// Probe is a function for tests. The event tells it what to do.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// build is set by the linker, to distinguish one build from another.
var build = "first"

// held keeps the memory that an invocation allocates.
var held []byte

type event struct {
	Do     string `json:"do"`
	Text   string `json:"text"`
	Millis int    `json:"millis"`
	Bytes  int    `json:"bytes"`
}

type answer struct {
	Text     string            `json:"text"`
	Build    string            `json:"build"`
	PID      int               `json:"pid"`
	ARN      string            `json:"arn,omitempty"`
	Deadline int64             `json:"deadline,omitempty"`
	Env      map[string]string `json:"env,omitempty"`

	AtWork    int `json:"atWork,omitempty"`
	OwnAtWork int `json:"ownAtWork,omitempty"`
}

func handle(ctx context.Context, e event) (answer, error) {
	out := answer{Text: e.Text, Build: build, PID: os.Getpid()}

	switch e.Do {
	case "echo", "":
	case "fail":
		return out, messages.InvokeResponse_Error{Type: "Corrupt", Message: e.Text}
	case "plain":
		return out, errors.New(e.Text)
	case "panic":
		panic(e.Text)
	case "exit":
		os.Exit(1)
	case "exit0":
		os.Exit(0)
	case "sleep":
		fmt.Println("sleeping in", os.Getpid())
		time.Sleep(time.Duration(e.Millis) * time.Millisecond)
	case "occupy": // In the folder e.Text, every running invocation has a file.
		err := occupy(&out, e)

		return out, err
	case "print":
		fmt.Print(e.Text)
		fmt.Fprintln(os.Stderr, "to stderr")
	case "allocate": // Allocates e.Bytes and writes to every page.
		held = make([]byte, e.Bytes)
		for i := 0; i < len(held); i += 4096 {
			held[i] = 1
		}

		time.Sleep(time.Duration(e.Millis) * time.Millisecond)

		if e.Text == "let go" {
			held = nil
			debug.FreeOSMemory()
		}
	case "reserve": // Reserves e.Bytes of addresses and writes to no page.
		held = make([]byte, e.Bytes)
	case "big":
		out.Text = strings.Repeat("x", e.Bytes)
	case "context":
		lc, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		out.ARN, out.Deadline, out.Env = lc.InvokedFunctionArn, deadline.UnixMilli(), map[string]string{}

		for _, pair := range os.Environ() {
			name, value, _ := strings.Cut(pair, "=")
			out.Env[name] = value
		}
	}

	return out, nil
}

// occupy counts the invocations that run at the same time: those of this function, and
// all.
func occupy(out *answer, e event) error {
	function := os.Getenv("AWS_LAMBDA_FUNCTION_NAME")
	own := filepath.Join(e.Text, fmt.Sprintf("%s.%d", function, out.PID))

	if err := os.WriteFile(own, nil, 0o600); err != nil {
		return err
	}
	defer os.Remove(own)

	time.Sleep(time.Duration(e.Millis) * time.Millisecond)

	all, err := os.ReadDir(e.Text)
	out.AtWork = len(all)

	for _, file := range all {
		if strings.HasPrefix(file.Name(), function+".") {
			out.OwnAtWork++
		}
	}

	return err
}

func main() {
	switch os.Getenv("PROBE_INIT") {
	case "allocate":
		held = bytes.Repeat([]byte{1}, 400<<20)
	case "exit":
		os.Exit(3)
	case "hang":
		time.Sleep(time.Hour)
	}

	lambda.Start(handle)
}
