package replay

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/shared/ledger"
)

// Run is an execution as Step Functions describes it.
type Run struct {
	ARN    string
	Exists bool
	Status types.ExecutionStatus
	Input  string
	Output string
	// Error and Cause describe the failure.
	Error, Cause string

	RedriveCount  int
	RedriveStatus types.ExecutionRedriveStatus
	RedriveReason string
	// SameDefinition means that the execution has the current definition of its state
	// machine. The definition is read only if a redrive is possible.
	SameDefinition bool
}

// failed reports whether the execution ended and did not succeed.
func (r *Run) failed() bool {
	switch r.Status { // The others are not failures.
	case types.ExecutionStatusFailed, types.ExecutionStatusTimedOut, types.ExecutionStatusAborted:
		return true
	default:
		return false
	}
}

// running reports whether the execution has not ended.
func (r *Run) running() bool {
	return r.Exists && !r.failed() && r.Status != types.ExecutionStatusSucceeded
}

// Decision is the action for an entry, and the reason.
type Decision struct {
	Action Action
	Reason string
	// Problem says why no action is possible; otherwise it is "".
	Problem string
}

// Choose chooses the action for an entry. The parameter last is the last execution of the
// entry's chain: see the documentation of the package.
func Choose(entry *Entry, last *Run) Decision {
	switch {
	case entry.ExecutionARN == "":
		return Decision{Action: None, Problem: problems(entry.Messages)}
	case !last.Exists:
		return chooseMissing(entry)
	case last.failed():
		return chooseFailed(last)
	case last.running():
		return Decision{Action: None, Reason: "it is already running"}
	case entry.Upload != nil && entry.Upload.Status == ledger.Processing:
		return Decision{Action: Restart, Reason: "its execution has ended, but the upload is unfinished and its lease has expired"}
	case entry.Upload != nil && entry.Upload.Status == ledger.Failed:
		return Decision{Action: Restart, Reason: "its execution has ended, but the upload failed in the ledger"}
	case entry.Asked && entry.Upload != nil && entry.Upload.Status == ledger.Rejected:
		return Decision{Action: Restart, Reason: "it was rejected (" + entry.Upload.Code + "), and is retried on request"}
	case entry.Asked && entry.Upload != nil:
		return Decision{Action: None, Reason: "it is " + string(entry.Upload.Status)}
	default:
		return Decision{Action: None, Reason: "it has already succeeded"}
	}
}

func chooseMissing(entry *Entry) Decision {
	switch {
	case entry.Source == Undelivered:
		return Decision{Action: Restart, Reason: "EventBridge could not deliver the event" + because(entry.Why)}
	case entry.Input == "":
		return Decision{Action: None, Problem: "Step Functions no longer has the execution, and no other source has its input"}
	default:
		return Decision{Action: Restart, Reason: "Step Functions no longer has the execution; its input is from the " + inputFrom(entry)}
	}
}

func inputFrom(entry *Entry) string {
	if len(entry.Messages) > 0 {
		return "message of the failed-executions queue"
	}

	return "ledger"
}

func chooseFailed(last *Run) Decision {
	switch {
	case last.RedriveStatus != types.ExecutionRedriveStatusRedrivable:
		return Decision{Action: Restart, Reason: "it cannot be redriven" + because(last.RedriveReason)}
	case !last.SameDefinition:
		return Decision{Action: Restart, Reason: "the definition has changed: a redrive would run the old definition"}
	default:
		return Decision{Action: Redrive, Reason: "it can continue at the failed step, with the current definition"}
	}
}

func because(why string) string {
	if why == "" {
		return ""
	}

	return ": " + why
}

func problems(messages []Message) string {
	found := make([]string, 0, len(messages))
	for _, message := range messages {
		found = append(found, message.Problem)
	}

	return strings.Join(found, "; ")
}
