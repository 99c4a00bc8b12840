package stack

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/shared/config"
)

func TestTerraformDeclaresTheSameLedger(t *testing.T) {
	made := deployed(t, DefaultName).all(t, "aws_dynamodb_table", "ledger")[""]
	table := names{stack: DefaultName}.ledgerTable()
	index := made["global_secondary_index"].([]any)[0].(map[string]any)

	want := map[string]any{
		"name": table.Name, "key": table.PartitionKey.Name, "sort": table.SortKey.Name, "ttl": table.TTLAttribute,
		"index": table.Indexes[0].Name, "index key": table.Indexes[0].PartitionKey.Name, "index sort": table.Indexes[0].SortKey.Name,
	}
	got := map[string]any{
		"name": made["name"], "key": made["hash_key"], "sort": made["range_key"], "ttl": made["ttl"].([]any)[0].(map[string]any)["attribute_name"],
		"index": index["name"], "index key": index["hash_key"], "index sort": index["range_key"],
	}

	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-emulator +Terraform):\n%s", diff)
	}
}

// TestTerraformWritesTheDirectory checks that the stack's directory has every field that
// a client reads, and no other.
func TestTerraformWritesTheDirectory(t *testing.T) {
	d := deployed(t, DefaultName)

	if got := d.text(t, "aws_ssm_parameter", "directory", "", "name"); got != config.ParameterName(DefaultName) {
		t.Errorf("it is at %s", got)
	}

	var found config.Stack

	decoder := json.NewDecoder(bytes.NewReader([]byte(d.text(t, "aws_ssm_parameter", "directory", "", "value"))))
	decoder.DisallowUnknownFields()

	if err := decoder.Decode(&found); err != nil {
		t.Fatal(err)
	}

	fields := reflect.ValueOf(found)
	for i := range fields.NumField() {
		field := fields.Type().Field(i)
		if fields.Field(i).IsZero() && !strings.Contains(field.Tag.Get("json"), "omitempty") {
			t.Errorf("%s is empty", field.Name)
		}
	}

	if !strings.HasPrefix(found.CDN, "https://") || strings.HasSuffix(found.CDN, "/") {
		t.Errorf("the CDN is %q", found.CDN)
	}

	if found.Stack != DefaultName || found.LedgerTable != "triptych-ledger" {
		t.Errorf("got %+v", found)
	}
}

// TestTerraformNamesTwoStacksApart checks that two stacks share no name, so that both can
// be in one account.
func TestTerraformNamesTwoStacksApart(t *testing.T) {
	// Types whose names are unique within a named resource, or are AWS's own.
	within := []string{"aws_region", "aws_lambda_alias", "aws_iam_role_policy", "aws_cloudwatch_event_target", "aws_s3_bucket_lifecycle_configuration"}
	attributes := []string{"name", "bucket", "function_name", "alarm_name", "dashboard_name"}

	names := func(stack string) map[string]bool {
		found := map[string]bool{}

		for _, r := range deployed(t, stack).Values.Root.Resources {
			for _, attribute := range attributes {
				name, _ := r.Values[attribute].(string)
				if name == "" || slices.Contains(within, r.Type) || strings.HasPrefix(name, "aws_") { // The provider invents names that begin with aws_.
					continue
				}

				found[r.Type+" "+name] = true
			}
		}

		return found
	}

	one, other := names(DefaultName), names("other")
	if len(one) < 50 || len(one) != len(other) {
		t.Errorf("%d names, and %d", len(one), len(other))
	}

	for name := range one {
		if other[name] {
			t.Errorf("both stacks have %s", name)
		}
	}
}

// TestTerraformAlarmsAreInTheManual checks that the manual describes every alarm.
func TestTerraformAlarmsAreInTheManual(t *testing.T) {
	d := deployed(t, DefaultName)

	manual, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}

	for _, kind := range []string{"metric", "sum", "cdn"} {
		for _, alarm := range d.all(t, "aws_cloudwatch_metric_alarm", kind) {
			name := strings.TrimPrefix(alarm["alarm_name"].(string), DefaultName+"-")
			if strings.HasPrefix(name, "lost-events-") {
				name = "lost-events-{rule}"
			}

			if !bytes.Contains(manual, []byte("| `"+name+"` |")) {
				t.Errorf("docs/operations.md does not say what %s means", name)
			}
		}
	}
}
