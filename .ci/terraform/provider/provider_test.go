package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func parsed(t *testing.T) *schemas {
	t.Helper()

	all, err := parseSchemas(schemaJSON)
	if err != nil {
		t.Fatal(err)
	}

	return all
}

// schema.json has the types that terraform/ uses, and no others.
func TestSchemas_areThoseOfTheModule(t *testing.T) {
	declaration := regexp.MustCompile(`(?m)^(resource|data) "(aws_[a-z0-9_]+)"`)
	used := map[string]map[string]bool{"resource": {}, "data": {}}

	for _, pattern := range []string{"*.tf", "examples/*/*.tf"} {
		files, err := filepath.Glob(filepath.Join("../../../terraform", pattern))
		if err != nil {
			t.Fatal(err)
		}

		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}

			for _, found := range declaration.FindAllStringSubmatch(string(text), -1) {
				used[found[1]][found[2]] = true
			}
		}
	}

	all := parsed(t)
	for kind, group := range map[string]map[string]schema{"resource": all.Resources, "data": all.Data} {
		want, got := slices.Sorted(maps.Keys(used[kind])), slices.Sorted(maps.Keys(group))
		if len(want) == 0 || !slices.Equal(want, got) {
			t.Errorf("%s types of schema.json: %v, used: %v (run .ci/terraform/update)", kind, got, want)
		}
	}
}

func TestQueue_isPlannedUnknownAndAppliedWithValues(t *testing.T) {
	server := newServer(parsed(t))
	object := server.schemas.Resources["aws_sqs_queue"].Block.object

	members := make(map[string]tftypes.Value, len(object.AttributeTypes))
	for name, of := range object.AttributeTypes {
		members[name] = tftypes.NewValue(of, nil)
	}

	members["name"] = tftypes.NewValue(tftypes.String, "letters")
	config := encode(t, object, tftypes.NewValue(object, members))
	nothing := encode(t, object, tftypes.NewValue(object, nil))

	plan, err := server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: "aws_sqs_queue", PriorState: nothing, ProposedNewState: config,
	})
	if err != nil {
		t.Fatal(err)
	}

	planned := decode(t, object, plan.PlannedState)
	if planned["arn"].IsKnown() || !planned["name"].IsKnown() {
		t.Fatalf("planned: arn %v, name %v", planned["arn"], planned["name"])
	}

	applied, err := server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: "aws_sqs_queue", PriorState: nothing, PlannedState: plan.PlannedState,
	})
	if err != nil {
		t.Fatal(err)
	}

	var arn, name string

	state := decode(t, object, applied.NewState)
	if err := state["arn"].As(&arn); err != nil {
		t.Fatal(err)
	}

	if err := state["name"].As(&name); err != nil {
		t.Fatal(err)
	}

	if arn != "arn:aws:standin:us-east-1:000000000000:aws_sqs_queue" || name != "letters" {
		t.Fatalf("applied: arn %q, name %q", arn, name)
	}
}

func TestTypeOutsideTheSchema_isNamed(t *testing.T) {
	_, err := newServer(parsed(t)).PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{TypeName: "aws_vpc"})
	if err == nil || err.Error() != "aws_vpc is not in schema.json of this stand-in: add it with .ci/terraform/update" {
		t.Fatal(err)
	}
}

func encode(t *testing.T, of tftypes.Type, value tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()

	encoded, err := tfprotov6.NewDynamicValue(of, value)
	if err != nil {
		t.Fatal(err)
	}

	return &encoded
}

func decode(t *testing.T, of tftypes.Type, encoded *tfprotov6.DynamicValue) map[string]tftypes.Value {
	t.Helper()

	value, err := encoded.Unmarshal(of)
	if err != nil {
		t.Fatal(err)
	}

	var members map[string]tftypes.Value
	if err := value.As(&members); err != nil {
		t.Fatal(err)
	}

	return members
}
