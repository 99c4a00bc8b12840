package replay

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/shared/ledger"
)

func TestChoose(t *testing.T) {
	failed := func(status types.ExecutionRedriveStatus, reason string, same bool) Run {
		return Run{
			ARN: arnOfA, Exists: true, Status: types.ExecutionStatusFailed,
			RedriveStatus: status, RedriveReason: reason, SameDefinition: same,
		}
	}
	ended := func(status types.ExecutionStatus) Run { return Run{ARN: arnOfA, Exists: true, Status: status} }
	entry := func(source Source) Entry { return Entry{Sighting: Sighting{Source: source, ExecutionARN: arnOfA}} }
	of := func(status ledger.Status, asked bool) Entry {
		one := entry(Ledger)
		one.Upload, one.Asked = &ledger.Item{Status: status, Code: "CORRUPT"}, asked

		return one
	}
	known := func(source Source, input string) Entry {
		one := entry(source)
		one.Input = input

		return one
	}

	tests := map[string]struct {
		entry Entry
		last  Run
		want  Action
		says  string // part of the reason, or of the problem
	}{
		"redrivable":             {entry(Execution), failed(types.ExecutionRedriveStatusRedrivable, "", true), Redrive, "continue at the failed step"},
		"another definition":     {entry(Execution), failed(types.ExecutionRedriveStatusRedrivable, "", false), Restart, "definition has changed"},
		"too old":                {entry(DeadLetter), failed(types.ExecutionRedriveStatusNotRedrivable, "Execution redrivable period exceeded", false), Restart, "period exceeded"},
		"timed out":              {entry(Execution), Run{ARN: arnOfA, Exists: true, Status: types.ExecutionStatusTimedOut, RedriveStatus: "REDRIVABLE", SameDefinition: true}, Redrive, ""},
		"stopped":                {entry(Execution), Run{ARN: arnOfA, Exists: true, Status: types.ExecutionStatusAborted, RedriveStatus: "REDRIVABLE", SameDefinition: true}, Redrive, ""},
		"already running":        {entry(DeadLetter), ended(types.ExecutionStatusRunning), None, "already running"},
		"pending":                {entry(DeadLetter), ended(types.ExecutionStatusPendingRedrive), None, "already running"},
		"already succeeded":      {entry(DeadLetter), ended(types.ExecutionStatusSucceeded), None, "already succeeded"},
		"succeeded, unfinished":  {of(ledger.Processing, false), ended(types.ExecutionStatusSucceeded), Restart, "lease has expired"},
		"failed, unfinished":     {of(ledger.Processing, false), failed(types.ExecutionRedriveStatusRedrivable, "", true), Redrive, ""},
		"rejected, named":        {of(ledger.Rejected, true), ended(types.ExecutionStatusSucceeded), Restart, "CORRUPT"},
		"rejected, not named":    {of(ledger.Rejected, false), ended(types.ExecutionStatusSucceeded), None, ""},
		"ready, named":           {of(ledger.Ready, true), ended(types.ExecutionStatusSucceeded), None, "it is READY"},
		"not delivered":          {known(Undelivered, "{}"), Run{ARN: arnOfA}, Restart, "could not deliver"},
		"unknown, with a copy":   {known(DeadLetter, "{}"), Run{ARN: arnOfA}, Restart, "no longer has"},
		"unknown, in the ledger": {known(Ledger, "{}"), Run{ARN: arnOfA}, Restart, "from the ledger"},
		"unknown, no input":      {entry(DeadLetter), Run{ARN: arnOfA}, None, "no other source has its input"},
		"invalid message": {
			Entry{Sighting: Sighting{Source: DeadLetter}, Messages: []Message{{Problem: "the message 7 is not an event"}}}, Run{}, None, "message 7",
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := Choose(&test.entry, &test.last)
			if got.Action != test.want || !strings.Contains(got.Reason+got.Problem, test.says) {
				t.Errorf("%+v, want %s because %q", got, test.want, test.says)
			}
		})
	}
}

// TestRestartName checks that the names have at most 80 characters and only letters that AWS
// allows. Different inputs must have different names.
func TestRestartName(t *testing.T) {
	names := []string{
		RestartName(arnOfA, 0), RestartName(arnOfA, 1), RestartName(arnOfB, 0), EventName("x", pipeline), EventName("x", pipeline+"2"),
		EventName("y", pipeline), RedriveToken(arnOfA, 0), RedriveToken(arnOfA, 1),
	}

	seen := map[string]bool{}

	for _, name := range names {
		if len(name) > 80 || seen[name] || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Errorf("the name %q is not unique, too long, or has an invalid character", name)
		}

		seen[name] = true
	}

	if RestartName(arnOfA, 0) != names[0] {
		t.Error("the second call returns another name")
	}

	if got := ExecutionARN(pipeline, "a"); got != arnOfA || MachineARN(got) != pipeline || Name(got) != "a" {
		t.Errorf("ARNs: %s, %s, %s", got, MachineARN(got), Name(got))
	}

	for _, arn := range []string{"", "a", pipeline, "arn:aws:sqs:us-east-1:000000000000:queue"} {
		if got := MachineARN(arn); got != "" {
			t.Errorf("%q is not an execution, but MachineARN returns %q", arn, got)
		}
	}
}
