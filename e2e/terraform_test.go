package e2e_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"triptych/e2e/fixture"
)

// madeStack is the name of the stack that Terraform creates.
const madeStack = "made"

// terraformed is a copy of the module in terraform/, and the command that applies it to an
// emulator.
type terraformed struct {
	program string // terraform or tofu
	folder  string // of the module's copy
	target  *target
}

// TestTerraform applies the module in terraform/ to an emulator, with Terraform's own AWS
// provider: the stack is created, a second plan has no changes, a picture goes through it, tags
// change, and the stack is destroyed. `make e2e-terraform` runs it. E2E_TERRAFORM is the path of
// terraform or tofu, and E2E_TERRAFORM_PLUGINS a folder of providers in the layout of a
// filesystem mirror; without it, the provider is downloaded.
func TestTerraform(t *testing.T) {
	program := os.Getenv("E2E_TERRAFORM")
	if program == "" {
		t.Skip("E2E_TERRAFORM does not name terraform or tofu: `make e2e-terraform` does")
	}

	up, err := startEmulator(binary, filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		if err := up.stop(); err != nil {
			t.Error(err)
		}
	})

	module := copyModule(t, program, up.target)
	module.run(t, 0, append([]string{"init", "-input=false"}, module.plugins()...)...)
	module.run(t, 0, "apply", "-auto-approve", "-input=false")
	module.run(t, 0, "plan", "-detailed-exitcode", "-input=false") // 2 would mean changes.

	made := *up.target
	made.Stack = module.stack(t)

	t.Run("a picture goes through the created stack", func(t *testing.T) { pictureThrough(t, &made) })
	t.Run("the names are taken", func(t *testing.T) { namesTaken(t, &made) })

	module.run(t, 0, "apply", "-auto-approve", "-input=false", "-var", `tags={team="pictures"}`)

	tags, err := lambda.NewFromConfig(made.config).ListTags(t.Context(), &lambda.ListTagsInput{Resource: aws.String("arn:aws:lambda:us-east-1:000000000000:function:made-resize")})
	if err != nil || tags.Tags["team"] != "pictures" {
		t.Errorf("the tags are %+v, %v", tags, err)
	}

	module.run(t, 0, "destroy", "-auto-approve", "-input=false")

	if machines, err := made.sfn().ListStateMachines(t.Context(), &sfn.ListStateMachinesInput{}); err != nil || len(machines.StateMachines) != 4 {
		t.Errorf("after the destruction there are the machines %+v, %v; want the four of the stack that the emulator starts with", machines, err)
	}
}

// copyModule copies the module with what it reads, and adds a provider for the emulator.
//
// Version 6 of the provider is the first with a region on each resource, and the module uses
// this. With version 5, the copy has no regions: the emulator has only us-east-1.
func copyModule(t *testing.T, program string, against *target) *terraformed {
	t.Helper()

	module := &terraformed{program: program, folder: filepath.Join(t.TempDir(), "copy", "terraform"), target: against}

	for _, folder := range []string{"terraform", "statemachine", "shared"} {
		if err := os.CopyFS(filepath.Join(module.folder, "..", folder), os.DirFS(filepath.Join("..", folder))); err != nil {
			t.Fatal(err)
		}
	}

	packages, err := filepath.Abs("../build/functions")
	if err != nil {
		t.Fatal(err)
	}

	key, err := os.ReadFile("../terraform/examples/complete/signing-2026-01.pub.pem")
	if err != nil {
		t.Fatal(err)
	}

	architecture := "x86_64"
	if out, err := exec.CommandContext(t.Context(), "uname", "-m").Output(); err == nil && slices.Contains([]string{"aarch64", "arm64"}, strings.TrimSpace(string(out))) {
		architecture = "arm64"
	}

	write(t, module.folder, "emulator.tf", []byte("provider \"aws\" {\n  region            = \"us-east-1\"\n  s3_use_path_style = true\n}\n"))
	write(t, module.folder, "test.auto.tfvars", []byte(`stack = "`+madeStack+`"
deletion_protection = false
architecture = "`+architecture+`"
packages_dir = "`+packages+`"
logs = { workflow_level = "ALL" }
alarms = { emails = ["ops@example.org"] }
signing = { public_keys = { test = <<-PEM
`+string(key)+"PEM\n} }\n"))

	if found, _ := filepath.Glob(filepath.Join(os.Getenv("E2E_TERRAFORM_PLUGINS"), "*/hashicorp/aws/5.*")); len(found) > 0 {
		module.forVersion5(t, filepath.Base(found[0]))
	}

	return module
}

func (m *terraformed) forVersion5(t *testing.T, version string) {
	t.Helper()

	files, err := filepath.Glob(filepath.Join(m.folder, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}

	regions := regexp.MustCompile(`(?m)^  region += local\.cdn_region\n`)

	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}

		text = regions.ReplaceAll(text, nil)
		text = bytes.ReplaceAll(text, []byte("data.aws_region.current.region"), []byte("data.aws_region.current.name"))
		text = bytes.ReplaceAll(text, []byte(`version = "~> 6.0"`), []byte(`version = "`+version+`"`))

		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func (m *terraformed) plugins() []string {
	if folder := os.Getenv("E2E_TERRAFORM_PLUGINS"); folder != "" {
		return []string{"-plugin-dir=" + folder}
	}

	return nil
}

// run runs a command of Terraform, and checks its exit code.
func (m *terraformed) run(t *testing.T, code int, arguments ...string) string {
	t.Helper()

	// The provider waits for minutes until some resources are stable, as on AWS.
	const limit = 20 * time.Minute

	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()

	command := exec.CommandContext(ctx, m.program, append([]string{"-chdir=" + m.folder, arguments[0], "-no-color"}, arguments[1:]...)...)
	command.Env = append(m.target.environment(), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")

	out, err := command.CombinedOutput()
	if got := command.ProcessState.ExitCode(); got != code {
		text := string(out)
		t.Fatalf("terraform %s exited with %d, want %d: %v\n%s", arguments[0], got, code, err, text[max(0, len(text)-6000):])
	}

	return string(out)
}

// stack returns the names of the created stack.
func (m *terraformed) stack(t *testing.T) stack {
	t.Helper()

	t.Setenv("E2E_STACK", madeStack)

	found, err := connect(t.Context(), m.target.binary, m.target.Endpoint)
	if err != nil {
		t.Fatal(err)
	}

	return found.Stack
}

// pictureThrough uploads a photo into the created stack, whose functions, rules and state
// machines process it, and reads a variant from the created distribution.
func pictureThrough(t *testing.T, made *target) {
	path := write(t, t.TempDir(), "photo.jpg", fixture.JPEG(fixture.Quarters(900, 700, 77)))

	photo := upload(t, 0, made, "--stack", madeStack, "--prefix", "made/", path)["made/photo.jpg"]
	photo.ready(t)

	for _, variant := range photo.Variants {
		at, err := url.Parse(variant.URL)
		if err != nil {
			t.Fatal(err)
		}

		// Not every system resolves the names below localhost.
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:"+at.Port()+at.EscapedPath(), http.NoBody)
		if err != nil {
			t.Fatal(err)
		}

		request.Host = at.Host

		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}

		body, err := io.ReadAll(response.Body)
		response.Body.Close()

		if err != nil || response.StatusCode != http.StatusOK || int64(len(body)) != variant.Bytes || response.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("GET %s as %s: %d with %d bytes and %v, %v; want %d bytes", request.URL, request.Host, response.StatusCode, len(body), response.Header, err, variant.Bytes)
		}
	}

	if !strings.Contains(photo.ExecutionARN, ":made-pipeline:") {
		t.Errorf("the execution is %s", photo.ExecutionARN)
	}
}

// namesTaken creates a function with the name of one that Terraform has created.
func namesTaken(t *testing.T, made *target) {
	_, err := lambda.NewFromConfig(made.config).DeleteFunction(t.Context(), &lambda.DeleteFunctionInput{FunctionName: aws.String("triptych-resize")})
	if err == nil || !strings.Contains(err.Error(), "ResourceConflictException") {
		t.Errorf("the emulator's own function is deleted: %v", err)
	}
}
