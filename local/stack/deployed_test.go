package stack

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"triptych/shared/config"
	"triptych/shared/recipe"
	"triptych/terraform"
)

// deployment is Terraform's state after an apply: `tofu show -json`.
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

// deployed reads what .ci/terraform leaves: an apply of terraform/ with its defaults,
// as a stack of the account 000000000000 in us-east-1, against a provider that touches
// nothing and makes up what only AWS can know.
func deployed(t *testing.T, stack string) deployment {
	t.Helper()

	folder := os.Getenv("TRIPTYCH_DEPLOYMENTS")
	if folder == "" {
		t.Skip("TRIPTYCH_DEPLOYMENTS does not name the folder of what was applied: `make check-terraform` does")
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

// all are the resources of a type and a name by their key in for_each.
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

// asDeployed puts Terraform's names into what the laptop has: a bucket's has the
// account in it, and the distribution is another one.
func (d deployment) asDeployed(t *testing.T, local string) string {
	t.Helper()

	n := names{stack: DefaultName}

	return strings.NewReplacer(
		n.uploads(), d.text(t, "aws_s3_bucket", "this", "uploads", "bucket"),
		n.variants(), d.text(t, "aws_s3_bucket", "this", "variants", "bucket"),
		distributionID, d.text(t, "aws_cloudfront_distribution", "this", "", "id"),
	).Replace(local)
}

// Byte for byte, what runs on the laptop is what Terraform deploys: asked of the
// running laptop where it can be asked.
func TestTerraformDeploysWhatRunsHere(t *testing.T) {
	d := deployed(t, DefaultName)

	running, err := Start(t.Context(), Config{Data: t.TempDir(), FunctionsDir: functionsDir(t), AWSAddr: "127.0.0.1:0", CDNAddr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		if err := running.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})

	user := newClients(t, running, userKey, userSecret)

	t.Run("machines", func(t *testing.T) { d.compareMachines(t, user) })
	t.Run("rules", func(t *testing.T) { d.compareRules(t, user) })
	t.Run("queues", func(t *testing.T) { d.compareQueues(t, user) })
}

func (d deployment) compareMachines(t *testing.T, user clients) {
	t.Helper()

	got := map[string]string{}
	for _, machine := range d.all(t, "aws_sfn_state_machine", "this") {
		got[machine["name"].(string)] = machine["definition"].(string)
	}

	list, err := user.machines.ListStateMachines(t.Context(), &sfn.ListStateMachinesInput{})
	if err != nil {
		t.Fatal(err)
	}

	want := map[string]string{}

	for _, machine := range list.StateMachines {
		found, err := user.machines.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: machine.StateMachineArn})
		if err != nil {
			t.Fatal(err)
		}

		want[*machine.Name] = d.asDeployed(t, *found.Definition)
	}

	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("state machines (-laptop +Terraform):\n%s", diff)
	}

	if text := string(recipe.DefaultText()); !strings.Contains(got["triptych-pipeline"], jsonInside(t, text)) {
		t.Error("the pipeline does not carry the default recipe")
	}
}

// jsonInside is a text as it stands between the quotes of a JSON string.
func jsonInside(t *testing.T, text string) string {
	t.Helper()

	encoded, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}

	return strings.Trim(string(encoded), `"`)
}

// rule is what there is to a rule.
type rule struct {
	Pattern, TargetID, TargetARN, DeadLetterARN string
}

func (d deployment) compareRules(t *testing.T, user clients) {
	t.Helper()

	got := map[string]rule{}

	for key, made := range d.all(t, "aws_cloudwatch_event_rule", "this") {
		target := d.all(t, "aws_cloudwatch_event_target", "this")[key]
		got[made["name"].(string)] = rule{
			Pattern: made["event_pattern"].(string), TargetID: target["target_id"].(string), TargetARN: target["arn"].(string),
			// The queue's own ARN is made up by the provider; Terraform knows it by its name.
			DeadLetterARN: "arn:aws:sqs:us-east-1:000000000000:" + d.text(t, "aws_sqs_queue", "this", "undelivered", "name"),
		}

		if dead := target["dead_letter_config"].([]any)[0].(map[string]any)["arn"]; dead != d.all(t, "aws_sqs_queue", "this")["undelivered"]["arn"] {
			t.Errorf("%s: what cannot be delivered goes to %v", key, dead)
		}
	}

	list, err := user.rules.ListRules(t.Context(), &eventbridge.ListRulesInput{})
	if err != nil {
		t.Fatal(err)
	}

	want := map[string]rule{}

	for _, found := range list.Rules {
		targets, err := user.rules.ListTargetsByRule(t.Context(), &eventbridge.ListTargetsByRuleInput{Rule: found.Name})
		if err != nil || len(targets.Targets) != 1 {
			t.Fatalf("%s: %+v, %v", *found.Name, targets, err)
		}

		target := targets.Targets[0]
		want[*found.Name] = rule{d.asDeployed(t, *found.EventPattern), *target.Id, *target.Arn, *target.DeadLetterConfig.Arn}
	}

	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rules (-laptop +Terraform):\n%s", diff)
	}
}

func (d deployment) compareQueues(t *testing.T, user clients) {
	t.Helper()

	for key, url := range map[string]string{"dead-letters": user.stack.DeadLettersQueueURL, "undelivered": user.stack.UndeliveredQueueURL} {
		made := d.all(t, "aws_sqs_queue", "this")[key]

		name := made["name"].(string)
		if !strings.HasSuffix(url, "/"+name) {
			t.Errorf("the laptop's queue is %s, Terraform's %s", url, name)
		}

		want := user.count(t, url)[string(types.QueueAttributeNameMessageRetentionPeriod)]
		if got := fmt.Sprintf("%.0f", made["message_retention_seconds"]); got != want {
			t.Errorf("%s: messages are kept for %s s on the laptop, %s s on AWS", name, want, got)
		}
	}
}

func TestTerraformDeploysTheSamePolicies(t *testing.T) {
	d := deployed(t, DefaultName)
	n := names{stack: DefaultName}
	made := d.all(t, "aws_iam_role_policy", "function")

	for _, function := range functions() {
		policy, err := n.policy(function.Name)
		if err != nil {
			t.Fatal(err)
		}

		own := made[function.Name+"/"+function.Name]
		if diff := cmp.Diff(d.asDeployed(t, string(policy)), own["policy"]); diff != "" {
			t.Errorf("the policy of %s (-laptop +Terraform):\n%s", function.Name, diff)
		}
	}
}

func TestTerraformDeploysTheSameFunctions(t *testing.T) {
	d := deployed(t, DefaultName)
	n := names{stack: DefaultName}
	made := d.all(t, "aws_lambda_function", "this")

	if len(made) != len(functions()) {
		t.Errorf("Terraform deploys %d functions, the laptop runs %d", len(made), len(functions()))
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

		// What the function itself makes of them.
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

// hash is what names a package in a plan: that of the bytes that `make build` makes.
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
	if len(made) != 3 {
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
			t.Errorf("%s (-laptop +Terraform):\n%s", key, diff)
		}
	}
}

func TestTerraformDeclaresTheSameLedger(t *testing.T) {
	made := deployed(t, DefaultName).all(t, "aws_dynamodb_table", "ledger")[""]
	table := ledgerTable(names{stack: DefaultName}.ledger())
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
		t.Errorf("(-laptop +Terraform):\n%s", diff)
	}
}

// The stack's directory has every field that a client reads, and no other.
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

// Nothing of one stack has the name of something of another: both can be in one
// account.
func TestTerraformNamesTwoStacksApart(t *testing.T) {
	// Names within something that has one itself, or that are AWS's.
	within := []string{"aws_region", "aws_lambda_alias", "aws_iam_role_policy", "aws_cloudwatch_event_target", "aws_s3_bucket_lifecycle_configuration"}
	attributes := []string{"name", "bucket", "function_name", "alarm_name", "dashboard_name"}

	names := func(stack string) map[string]bool {
		found := map[string]bool{}

		for _, r := range deployed(t, stack).Values.Root.Resources {
			for _, attribute := range attributes {
				name, _ := r.Values[attribute].(string)
				if name == "" || slices.Contains(within, r.Type) || strings.HasPrefix(name, "aws_") { // The provider makes up the latter.
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

// Whoever an alarm wakes finds it in the manual.
func TestTerraformAlarmsStandInTheManual(t *testing.T) {
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
