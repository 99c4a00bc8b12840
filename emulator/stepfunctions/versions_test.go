package stepfunctions_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/stepfunctions"
)

// numbered returns a machine whose output is a number.
func numbered(n int) string {
	return fmt.Sprintf(`{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Output": %d, "End": true}}}`, n)
}

// published is a machine with versions 1 and 2, whose outputs are their numbers, and with a
// current revision whose output is 3.
func published(t *testing.T, service *stepfunctions.Service) {
	t.Helper()

	var made struct{ StateMachineVersionARN string }

	ask(t, service, "PublishStateMachineVersion", map[string]any{"stateMachineArn": machineARN, "description": "first"}, &made)
	ask(t, service, "UpdateStateMachine", map[string]any{"stateMachineArn": machineARN, "definition": numbered(2), "publish": true, "versionDescription": "second"}, &made)

	if made.StateMachineVersionARN != machineARN+":2" {
		t.Fatalf("published %+v", made)
	}

	ask(t, service, "UpdateStateMachine", map[string]any{"stateMachineArn": machineARN, "definition": numbered(3)}, &struct{}{})
}

func route(weights ...int) []map[string]any {
	var routes []map[string]any
	for i, weight := range weights {
		routes = append(routes, map[string]any{"stateMachineVersionArn": fmt.Sprintf("%s:%d", machineARN, i+1), "weight": weight})
	}

	return routes
}

// An execution runs the revision of its version or of its alias.
// https://docs.aws.amazon.com/step-functions/latest/dg/execution-alias-version-associate.html
func TestVersions_start(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		emitted := &events{}
		service := start(t, newDB(t), numbered(1), stepfunctions.Config{Emit: emitted.put})
		published(t, service)
		ask(t, service, "CreateStateMachineAlias", map[string]any{"name": "PROD", "routingConfiguration": route(0, 100)}, &struct{}{})

		for arn, want := range map[string]struct{ output, version, alias string }{
			machineARN:           {"3", "", ""},
			machineARN + ":1":    {"1", machineARN + ":1", ""},
			machineARN + ":2":    {"2", machineARN + ":2", ""},
			machineARN + ":PROD": {"2", machineARN + ":2", machineARN + ":PROD"},
		} {
			var begun struct{ ExecutionARN string }

			ask(t, service, "StartExecution", map[string]any{"stateMachineArn": arn}, &begun)
			synctest.Wait()

			var got struct{ Output, StateMachineARN, StateMachineVersionARN, StateMachineAliasARN string }

			ask(t, service, "DescribeExecution", map[string]any{"executionArn": begun.ExecutionARN}, &got)

			if got.Output != want.output || got.StateMachineARN != machineARN || got.StateMachineVersionARN != want.version || got.StateMachineAliasARN != want.alias {
				t.Errorf("%s: got %+v, want %+v", arn, got, want)
			}
		}

		for arn, want := range map[string]int{machineARN: 4, machineARN + ":1": 1, machineARN + ":2": 2, machineARN + ":PROD": 1} {
			var listed struct{ Executions []struct{} }

			ask(t, service, "ListExecutions", map[string]any{"stateMachineArn": arn}, &listed)

			if len(listed.Executions) != want {
				t.Errorf("ListExecutions of %s: got %d, want %d", arn, len(listed.Executions), want)
			}
		}

		aliases := 0

		for _, detail := range emitted.details(t) {
			if detail["stateMachineAliasArn"] == machineARN+":PROD" && detail["stateMachineVersionArn"] == machineARN+":2" {
				aliases++
			}
		}

		if aliases != 1 {
			t.Errorf("%d status events have the alias", aliases)
		}
	})
}

// An alias with two versions starts both.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-alias.html#alias-routing-config
func TestVersions_routing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := start(t, newDB(t), numbered(1), stepfunctions.Config{})
		published(t, service)
		ask(t, service, "CreateStateMachineAlias", map[string]any{"name": "PROD", "routingConfiguration": route(50, 50)}, &struct{}{})

		outputs := map[string]int{}

		for range 100 { // Both versions are missing in 2 of 2^100 runs.
			var begun struct{ ExecutionARN string }

			ask(t, service, "StartExecution", map[string]any{"stateMachineArn": machineARN + ":PROD"}, &begun)
			outputs[describe(t, service, begun.ExecutionARN).Output]++
		}

		if len(outputs) != 2 || outputs["1"] == 0 || outputs["2"] == 0 {
			t.Errorf("got %v", outputs)
		}
	})
}

// Requests about versions and aliases are answered and refused as AWS does, and versions and
// aliases survive a restart.
func TestVersions_api(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	db := openDB(t, path)
	first := start(t, db, numbered(1), stepfunctions.Config{})

	type in = map[string]any

	want := func(service *stepfunctions.Service, name, operation string, request in, refused string) {
		t.Helper()

		if got := answer(t, service, operation, request); got != refused {
			t.Errorf("%s: %s", name, cmp.Diff(refused, got))
		}
	}

	want(first, "another revision", "PublishStateMachineVersion", in{"stateMachineArn": machineARN, "revisionId": "other"},
		"ConflictException: Failed to publish the State Machine version for revision other. The current State Machine revision is INITIAL.")
	want(first, "the initial revision", "PublishStateMachineVersion", in{"stateMachineArn": machineARN, "revisionId": "INITIAL"}, "")
	published(t, first)

	want(first, "an alias", "CreateStateMachineAlias", in{"name": "PROD", "description": "live", "routingConfiguration": route(60, 40)}, "")
	want(first, "the same alias", "CreateStateMachineAlias", in{"name": "PROD", "description": "live", "routingConfiguration": route(60, 40)}, "")
	want(first, "another alias of this name", "CreateStateMachineAlias", in{"name": "PROD", "routingConfiguration": route(100)},
		"ConflictException: Failed to create alias because an alias with the same name and a different routing configuration already exists.")
	want(first, "weights", "CreateStateMachineAlias", in{"name": "A", "routingConfiguration": route(60, 50)},
		"ValidationException: Sum of routing configuration weights must equal 100. Received: [60, 50]")
	want(first, "one version twice", "CreateStateMachineAlias", in{"name": "A", "routingConfiguration": append(route(50), route(50)...)},
		"ValidationException: Routing configuration must contain distinct state machine version ARNs. Received: ["+machineARN+":1, "+machineARN+":1]")
	want(first, "a missing version", "CreateStateMachineAlias", in{"name": "A", "routingConfiguration": route(30, 30, 40)[1:]}, "ResourceNotFound: Request references a resource that does not exist.")
	want(first, "a number as name", "CreateStateMachineAlias", in{"name": "7", "routingConfiguration": route(100)},
		`ValidationException: 1 validation error detected: Value '7' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$`)
	want(first, "a version in use", "DeleteStateMachineVersion", in{"stateMachineVersionArn": machineARN + ":1"},
		"ConflictException: Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [PROD]")
	want(first, "a missing alias", "DescribeStateMachineAlias", in{"stateMachineAliasArn": machineARN + ":NONE"}, "ResourceNotFound: Request references a resource that does not exist.")
	want(first, "an update of nothing", "UpdateStateMachineAlias", in{"stateMachineAliasArn": machineARN + ":PROD"},
		"ValidationException: Either the description or the routingConfiguration must be specified")

	if err := errors.Join(first.Close(), db.Close()); err != nil {
		t.Fatal(err)
	}

	second := start(t, openDB(t, path), numbered(1), stepfunctions.Config{})

	var versions struct {
		StateMachineVersions []struct{ StateMachineVersionARN string }
		NextToken            string
	}

	ask(t, second, "ListStateMachineVersions", in{"stateMachineArn": machineARN, "maxResults": 1}, &versions)

	if len(versions.StateMachineVersions) != 1 || versions.StateMachineVersions[0].StateMachineVersionARN != machineARN+":2" {
		t.Errorf("the newest version: got %+v", versions)
	}

	ask(t, second, "ListStateMachineVersions", in{"stateMachineArn": machineARN, "nextToken": versions.NextToken}, &versions)

	if len(versions.StateMachineVersions) != 1 || versions.StateMachineVersions[0].StateMachineVersionARN != machineARN+":1" {
		t.Errorf("the other version: got %+v", versions)
	}

	var alias map[string]any

	ask(t, second, "DescribeStateMachineAlias", in{"stateMachineAliasArn": machineARN + ":PROD"}, &alias)
	delete(alias, "creationDate")
	delete(alias, "updateDate")

	if got, want := mustJSON(t, alias), `{"description":"live","name":"PROD","routingConfiguration":`+mustJSON(t, route(60, 40))+`,"stateMachineAliasArn":"`+machineARN+`:PROD"}`; got != want {
		t.Error(cmp.Diff(want, got))
	}

	var described struct{ StateMachineARN, Description, Definition string }

	ask(t, second, "DescribeStateMachine", in{"stateMachineArn": machineARN + ":2"}, &described)

	if described.StateMachineARN != machineARN+":2" || described.Description != "second" || described.Definition != numbered(2) {
		t.Errorf("DescribeStateMachine of a version: got %+v", described)
	}

	want(second, "a new target", "UpdateStateMachineAlias", in{"stateMachineAliasArn": machineARN + ":PROD", "routingConfiguration": route(0, 100)[1:]}, "")
	want(second, "a version that is not used any more", "DeleteStateMachineVersion", in{"stateMachineVersionArn": machineARN + ":1"}, "")
	want(second, "a deleted version", "StartExecution", in{"stateMachineArn": machineARN + ":1"}, "StateMachineDoesNotExist: State Machine Does Not Exist: '"+machineARN+":1'")

	for list, length := range map[string]int{machineARN: 1, machineARN + ":2": 1} {
		var aliases struct{ StateMachineAliases []struct{} }

		ask(t, second, "ListStateMachineAliases", in{"stateMachineArn": list}, &aliases)

		if len(aliases.StateMachineAliases) != length {
			t.Errorf("the aliases of %s: got %d", list, len(aliases.StateMachineAliases))
		}
	}

	want(second, "the alias", "DeleteStateMachineAlias", in{"stateMachineAliasArn": machineARN + ":PROD"}, "")
	want(second, "the deleted alias", "StartExecution", in{"stateMachineArn": machineARN + ":PROD"}, "StateMachineDoesNotExist: State Machine Does Not Exist: '"+machineARN+":PROD'")

	var next struct{ StateMachineVersionARN string }

	ask(t, second, "PublishStateMachineVersion", in{"stateMachineArn": machineARN}, &next)

	if !strings.HasSuffix(next.StateMachineVersionARN, ":3") { // The number of a deleted version is not used again.
		t.Errorf("the next version is %s", next.StateMachineVersionARN)
	}
}
