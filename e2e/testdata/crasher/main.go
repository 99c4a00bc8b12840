// Command crasher replaces a function in a test. It runs the real function, whose binary
// is the file `real` beside it, and forwards its calls of the Lambda Runtime API. When an
// invocation contains the key in the file `poison`, it crashes.
package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "crasher:", err)
		os.Exit(1)
	}
}

func run() error {
	folder := os.Getenv("LAMBDA_TASK_ROOT")

	executable, err := os.ReadFile(filepath.Join(folder, "real"))
	if err != nil {
		return fmt.Errorf("find the real function: %w", err)
	}

	poison, err := os.ReadFile(filepath.Join(folder, "poison"))
	if err != nil {
		return fmt.Errorf("find the poison: %w", err)
	}

	real := exec.Command(string(executable))
	real.Stdout, real.Stderr = os.Stdout, os.Stderr

	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: os.Getenv("AWS_LAMBDA_RUNTIME_API")})
	proxy.ModifyResponse = func(response *http.Response) error {
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return err
		}

		if strings.HasSuffix(response.Request.URL.Path, "/next") && bytes.Contains(body, poison) {
			_ = real.Process.Kill() // The real function must end with this process.

			fmt.Fprintln(os.Stderr, "crasher: this picture is poison")
			os.Exit(1)
		}

		response.Body = io.NopCloser(bytes.NewReader(body))

		return nil
	}

	between := httptest.NewServer(proxy)
	defer between.Close()

	// If a name has two values, the last one is used.
	real.Env = append(os.Environ(), "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(between.URL, "http://"))

	return real.Run()
}
