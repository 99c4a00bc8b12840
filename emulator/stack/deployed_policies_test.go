package stack

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTerraformDeploysTheSamePolicies checks that every policy that the emulator enforces
// is the text that is deployed: of functions, machines and EventBridge, and of buckets
// and queues.
func TestTerraformDeploysTheSamePolicies(t *testing.T) {
	d := deployed(t, DefaultName)
	n := names{stack: DefaultName}
	got := map[string]any{"events": d.text(t, "aws_iam_role_policy", "events", "", "policy")}

	for _, function := range functions() {
		got[function.Name] = d.text(t, "aws_iam_role_policy", "function", function.Name+"/"+function.Name, "policy")
	}

	for machine := range d.all(t, "aws_sfn_state_machine", "this") {
		got["machine-"+machine] = d.text(t, "aws_iam_role_policy", "machine", machine+"/machine-"+machine, "policy")
	}

	for queue := range d.all(t, "aws_sqs_queue", "this") {
		got["queue-"+queue] = d.text(t, "aws_sqs_queue_policy", "this", queue, "policy")
	}

	got["bucket-variants"] = d.text(t, "aws_s3_bucket_policy", "this", "variants", "policy")
	got["bucket-uploads-signed"] = d.text(t, "aws_s3_bucket_policy", "this", "uploads", "policy")

	for name, deployed := range got {
		policy, err := n.policy(name)
		if err != nil {
			t.Fatal(err)
		}

		if diff := cmp.Diff(d.asDeployed(t, string(policy)), deployed); diff != "" {
			t.Errorf("the policy %s (-emulator +Terraform):\n%s", name, diff)
		}
	}
}
