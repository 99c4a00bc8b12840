package stack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"triptych/shared/recipe"
)

// TestTerraformDeploysWhatRunsHere checks, byte for byte, that the emulator runs what
// Terraform deploys. It asks the running emulator where that is possible.
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
		t.Errorf("state machines (-emulator +Terraform):\n%s", diff)
	}

	if text := string(recipe.DefaultText()); !strings.Contains(got["triptych-pipeline"], jsonInside(t, text)) {
		t.Error("the pipeline does not carry the default recipe")
	}
}

// jsonInside returns a text in the form that it has between the quotes of a JSON string.
func jsonInside(t *testing.T, text string) string {
	t.Helper()

	encoded, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}

	return strings.Trim(string(encoded), `"`)
}

// rule has the comparable parts of a rule.
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
			// The provider invents the queue's ARN; Terraform knows the queue by its
			// name.
			DeadLetterARN: "arn:aws:sqs:us-east-1:000000000000:" + d.text(t, "aws_sqs_queue", "this", "undelivered-events", "name"),
		}

		if dead := target["dead_letter_config"].([]any)[0].(map[string]any)["arn"]; dead != d.all(t, "aws_sqs_queue", "this")["undelivered-events"]["arn"] {
			t.Errorf("%s: undelivered events go to %v", key, dead)
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
		t.Errorf("rules (-emulator +Terraform):\n%s", diff)
	}
}

func (d deployment) compareQueues(t *testing.T, user clients) {
	t.Helper()

	for key, url := range map[string]string{"failed-executions": user.stack.FailedExecutionsQueueURL, "undelivered-events": user.stack.UndeliveredEventsQueueURL} {
		made := d.all(t, "aws_sqs_queue", "this")[key]

		name := made["name"].(string)
		if !strings.HasSuffix(url, "/"+name) {
			t.Errorf("the emulator's queue is %s, Terraform's %s", url, name)
		}

		want := user.count(t, url)[string(types.QueueAttributeNameMessageRetentionPeriod)]
		if got := fmt.Sprintf("%.0f", made["message_retention_seconds"]); got != want {
			t.Errorf("%s: messages are kept for %s s in the emulator, %s s on AWS", name, want, got)
		}
	}
}
