// Package terraform embeds the files of the AWS deployment for Go. So the emulator
// enforces the policies, and runs the edge functions, that are deployed.
package terraform

import (
	"embed"
	"fmt"
)

//go:embed policies/*.json
var policies embed.FS

//go:embed edge/*.js
var edge embed.FS

// Policy returns the identity policy of a function. It is a template with the
// placeholders ${uploads_bucket_arn}, ${variants_bucket_arn}, ${ledger_table_arn} and
// ${event_bus_arn}.
func Policy(function string) (string, error) {
	text, err := policies.ReadFile("policies/" + function + ".json")
	if err != nil {
		return "", fmt.Errorf("the policy of function %s: %w", function, err)
	}

	return string(text), nil
}

// EdgeFunction returns the source of a CloudFront Function: "viewer", "upload" or
// "response". The source of "upload" is a template with the placeholder
// ${max_upload_bytes}; the others have no placeholders.
func EdgeFunction(name string) (string, error) {
	text, err := edge.ReadFile("edge/" + name + ".js")
	if err != nil {
		return "", fmt.Errorf("the edge function %s: %w", name, err)
	}

	return string(text), nil
}
