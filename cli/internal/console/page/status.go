package page

import (
	"strings"

	"triptych/shared/ledger"
)

// Status is the status of an upload or of an execution. The template "badge" shows it.
type Status string

// Failed is the status of an upload whose execution has failed. The console shows this status
// even if the item in the ledger is not FAILED yet.
const Failed = Status(ledger.Failed)

// Word returns the text for a status: "Timed out".
func (s Status) Word() string {
	first := min(1, len(s))

	return strings.ReplaceAll(string(s[:first])+strings.ToLower(string(s[first:])), "_", " ")
}

// Tone returns the color class of a status; see the style sheet.
func (s Status) Tone() string {
	switch s {
	case Status(ledger.Ready), "SUCCEEDED":
		return "good"
	case Failed, "TIMED_OUT", "ABORTED":
		return "bad"
	case Status(ledger.Rejected):
		return "warning"
	case Status(ledger.Processing), "RUNNING", "PENDING_REDRIVE":
		return "run"
	default:
		return "quiet"
	}
}
