package stack

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/shared/config"
	"triptych/shared/recipe"
	"triptych/terraform"
)

func TestTerraformDeploysTheSameFunctions(t *testing.T) {
	d := deployed(t, DefaultName)
	n := names{stack: DefaultName}
	made := d.all(t, "aws_lambda_function", "this")

	if len(made) != len(functions()) {
		t.Errorf("Terraform deploys %d functions, the emulator runs %d", len(made), len(functions()))
	}

	for _, function := range functions() {
		lambda := made[function.Name]

		want := map[string]any{
			"function_name": n.function(function.Name), "timeout": float64(function.TimeoutSeconds), "memory_size": float64(function.MemoryMB),
			"runtime": "provided.al2023", "source_code_hash": hash(t, function.Name+".zip"),
		}
		for attribute, value := range want {
			if lambda[attribute] != value {
				t.Errorf("%s: %s is %v, want %v", function.Name, attribute, lambda[attribute], value)
			}
		}

		if got := d.text(t, "aws_lambda_alias", "this", function.Name, "name"); got != alias {
			t.Errorf("the alias of %s is %s", function.Name, got)
		}

		variables := lambda["environment"].([]any)[0].(map[string]any)["variables"].(map[string]any)

		// The configuration that the function itself reads from them.
		_, err := config.Load(func(name string) (string, bool) {
			if name == "AWS_LAMBDA_FUNCTION_NAME" { // Lambda's own
				return n.function(function.Name), true
			}

			value, set := variables[name].(string)

			return value, set
		})
		if err != nil {
			t.Errorf("%s: %v", function.Name, err)
		}
	}
}

// hash is the hash of a package in a plan, computed from the bytes that `make build`
// writes.
func hash(t *testing.T, name string) string {
	t.Helper()

	text, err := os.ReadFile(filepath.Join("..", "..", "build", "functions", name))
	if err != nil {
		t.Fatal(err, "(make build)")
	}

	sum := sha256.Sum256(text)

	return base64.StdEncoding.EncodeToString(sum[:])
}

func TestTerraformDeploysTheSameEdgeFunctions(t *testing.T) {
	d := deployed(t, DefaultName)

	limits, err := recipe.Parse(recipe.DefaultText())
	if err != nil {
		t.Fatal(err)
	}

	made := d.all(t, "aws_cloudfront_function", "this")
	if len(made) != 2 { // viewer and upload; the default recipe needs no response function
		t.Errorf("%d edge functions are deployed", len(made))
	}

	for key, function := range made {
		source, err := terraform.EdgeFunction(key)
		if err != nil {
			t.Fatal(err)
		}

		want, err := render(source, map[string]string{"max_upload_bytes": fmt.Sprint(limits.Limits.MaxBytes)})
		if err != nil {
			t.Fatal(err)
		}

		if diff := cmp.Diff(want, function["code"]); diff != "" {
			t.Errorf("%s (-emulator +Terraform):\n%s", key, diff)
		}
	}
}
