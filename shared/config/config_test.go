package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/shared/config"
)

func environment(values map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := values[name]

		return value, ok
	}
}

func TestLoad(t *testing.T) {
	got, err := config.Load(environment(map[string]string{
		config.UploadsBucket: "u", config.VariantsBucket: "v", config.LedgerTable: "l",
		config.EventBus: "default", config.CDN: "http://127.0.0.1:8080",
		config.StackName: "shop", "AWS_LAMBDA_FUNCTION_NAME": "shop-resize",
	}))
	if err != nil {
		t.Fatal(err)
	}

	want := config.Function{
		Stack: "shop", Name: "resize",
		UploadsBucket: "u", VariantsBucket: "v", LedgerTable: "l", EventBus: "default", CDN: "http://127.0.0.1:8080",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLoad_reportsAllProblems(t *testing.T) {
	_, err := config.Load(environment(map[string]string{config.UploadsBucket: "u", config.EventBus: "", config.CDN: "images.example.org"}))
	if err == nil {
		t.Fatal("accepted")
	}

	for _, want := range []string{
		config.StackName + " is not set", "AWS_LAMBDA_FUNCTION_NAME is not set",
		config.VariantsBucket + " is not set", config.LedgerTable + " is not set", config.EventBus + " is not set",
		config.CDN + `="images.example.org" must be a URL`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in:\n%v", want, err)
		}
	}

	if strings.Contains(err.Error(), config.UploadsBucket) {
		t.Errorf("a valid variable is reported:\n%v", err)
	}
}
