package terraform_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// These are fakes of the AWS commands that destroy.sh uses. Their state is a folder with
// enabled rules and running executions. Deleting an original starts an erasure if a rule
// is enabled. A state machine with an execution is not deleted.
const (
	fakeAWS = `#!/usr/bin/env bash
echo "aws $*" >>"$STATE/calls"
case "$1 $2" in
's3api list-object-versions') echo None ;;
'events disable-rule') rm "$STATE/rules/$4" ;;
'stepfunctions list-executions') ls "$STATE/executions/${4##*:}" | sed "s|^|arn:aws:states:eu-central-1:000000000000:execution:${4##*:}:|" | tr '\n' '\t' ;;
'stepfunctions stop-execution') name=${4##*:} machine=${4%:*}; rm "$STATE/executions/${machine##*:}/$name" ;;
*) echo "no such operation: $*" >&2; exit 1 ;;
esac
`
	fakeTerraform = `#!/usr/bin/env bash
echo "tf $*" >>"$STATE/calls"
case "$1" in
output)
  case "$3" in
  uploads_bucket) printf triptych-uploads ;;
  rule_names) echo '["triptych-execution-failed","triptych-object-deleted","triptych-upload-created"]' ;;
  state_machine_arns) echo '{"erase":"arn:aws:states:eu-central-1:000000000000:stateMachine:triptych-erase","pipeline":"arn:aws:states:eu-central-1:000000000000:stateMachine:triptych-pipeline"}' ;;
  *) exit 1 ;;
  esac ;;
destroy)
  [[ ! -e $STATE/rules/triptych-object-deleted ]] || touch "$STATE/executions/triptych-erase/begun-by-emptying-the-bucket"
  if [[ -n $(ls "$STATE"/executions/*) && $(find "$STATE/executions" -type f | wc -l) -gt 0 ]]; then
    echo 'Error: deleting Step Functions State Machine: waiting for completion: timeout' >&2
    exit 1
  fi ;;
esac
`
)

// TestDestroy_stopsExecutionsFirst removes a stack with a waiting erasure and a running
// pipeline.
func TestDestroy_stopsExecutionsFirst(t *testing.T) {
	state, tools := t.TempDir(), t.TempDir()

	for _, path := range []string{
		"rules/triptych-execution-failed", "rules/triptych-object-deleted", "rules/triptych-upload-created",
		"executions/triptych-erase/one", "executions/triptych-erase/two", "executions/triptych-pipeline/three",
	} {
		path = filepath.Join(state, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}

		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}

	for name, script := range map[string]string{"aws": fakeAWS, "tofu": fakeTerraform} {
		if err := os.WriteFile(filepath.Join(tools, name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}

	destroy := exec.CommandContext(t.Context(), "./destroy.sh")

	destroy.Env = append(os.Environ(), "PATH="+tools+":"+os.Getenv("PATH"), "TF=tofu", "STATE="+state, "DESTROY_PAUSE=0")

	if out, err := destroy.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}

	calls, err := os.ReadFile(filepath.Join(state, "calls"))
	if err != nil {
		t.Fatal(err)
	}

	// The order must be: turn the protection off, disable the rules, stop the executions,
	// destroy.
	last := -1

	for _, part := range []string{
		"tf apply -var deletion_protection=false", "aws events disable-rule", "aws stepfunctions stop-execution", "tf destroy",
	} {
		at := strings.Index(string(calls), part)
		if at <= last {
			t.Errorf("%q is missing or out of order in:\n%s", part, calls)
		}

		last = at
	}

	if strings.LastIndex(string(calls), "disable-rule") > strings.Index(string(calls), "stop-execution") {
		t.Errorf("an execution was stopped while a rule could start another:\n%s", calls)
	}
}
