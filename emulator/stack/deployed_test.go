package stack

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// deployment is Terraform's state after an apply, as `tofu show -json` prints it.
type deployment struct {
	Values struct {
		Root struct {
			Resources []resource `json:"resources"`
		} `json:"root_module"`
	} `json:"values"`
}

type resource struct {
	Type   string         `json:"type"`
	Name   string         `json:"name"`
	Index  any            `json:"index"`
	Values map[string]any `json:"values"`
}

// deployed reads the state that .ci/terraform has written for a stack. The script applies
// terraform/ with its defaults and a public key, for the account 000000000000 in us-east-1.
// It uses a provider that creates no resources, and invents the values that only AWS can
// know.
func deployed(t *testing.T, stack string) deployment {
	t.Helper()

	folder := os.Getenv("TRIPTYCH_DEPLOYMENTS")
	if folder == "" {
		t.Skip("TRIPTYCH_DEPLOYMENTS is not set: `make check-terraform` sets it")
	}

	path := filepath.Join(folder, "deployment-"+stack+".json")

	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	var d deployment
	if err := json.Unmarshal(text, &d); err != nil || len(d.Values.Root.Resources) == 0 {
		t.Fatalf("%s: %d resources, %v", path, len(d.Values.Root.Resources), err)
	}

	return d
}

// all returns the resources of a type and a name, by their keys in for_each.
func (d deployment) all(t *testing.T, kind, name string) map[string]map[string]any {
	t.Helper()

	found := map[string]map[string]any{}

	for _, r := range d.Values.Root.Resources {
		if r.Type == kind && r.Name == name {
			key, _ := r.Index.(string)
			found[key] = r.Values
		}
	}

	if len(found) == 0 {
		t.Fatalf("Terraform deploys no %s.%s", kind, name)
	}

	return found
}

func (d deployment) text(t *testing.T, kind, name, key, attribute string) string {
	t.Helper()

	text, ok := d.all(t, kind, name)[key][attribute].(string)
	if !ok || text == "" {
		t.Fatalf("%s.%s[%q] has no %s", kind, name, key, attribute)
	}

	return text
}

// asDeployed replaces the names of the emulator's resources in a text with the names that
// Terraform uses. They differ for the buckets, because Terraform's bucket names contain the
// account, and for the distribution, which has another id.
func (d deployment) asDeployed(t *testing.T, local string) string {
	t.Helper()

	n := names{stack: DefaultName}

	return strings.NewReplacer(
		n.distributionARN(), d.text(t, "aws_cloudfront_distribution", "this", "", "arn"),
		n.uploads(), d.text(t, "aws_s3_bucket", "this", "uploads", "bucket"),
		n.variants(), d.text(t, "aws_s3_bucket", "this", "variants", "bucket"),
		distributionID, d.text(t, "aws_cloudfront_distribution", "this", "", "id"),
	).Replace(local)
}
