package asl

import "slices"

// Reserved error names that this interpreter raises or treats specially.
// https://states-language.net/spec.html#errors
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
const (
	ErrorAll              = "States.ALL"
	ErrorTimeout          = "States.Timeout"
	ErrorHeartbeatTimeout = "States.HeartbeatTimeout"
	ErrorTaskFailed       = "States.TaskFailed"
	ErrorRuntime          = "States.Runtime"
	ErrorDataLimit        = "States.DataLimitExceeded"
	ErrorQueryEvaluation  = "States.QueryEvaluationError"
	ErrorNoChoiceMatched  = "States.NoChoiceMatched"
	ErrorBranchFailed     = "States.BranchFailed"
	ErrorPermissions      = "States.Permissions"
	ErrorItemReader       = "States.ItemReaderFailed"
	ErrorResultWriter     = "States.ResultWriterFailed"
	ErrorTolerance        = "States.ExceedToleratedFailureThreshold"
)

// reservedErrors are the names beginning with "States." that AWS defines. Any other such
// name is rejected, because no error would ever match it.
var reservedErrors = []string{
	ErrorAll, ErrorTimeout, ErrorHeartbeatTimeout, ErrorTaskFailed, ErrorRuntime,
	ErrorDataLimit, ErrorQueryEvaluation, ErrorNoChoiceMatched, ErrorBranchFailed,
	ErrorPermissions, ErrorTolerance, ErrorItemReader,
	ErrorResultWriter, "States.Http.Socket", "States.ParameterPathFailure",
	"States.ResultPathMatchFailure", "States.IntrinsicFailure",
}

// matches reports whether an ErrorEquals list matches an error.
//
// States.ALL matches every error except States.Runtime and States.DataLimitExceeded.
// States.TaskFailed matches every error except the timeouts and States.Runtime, which
// "isn't retriable, and will always cause the execution to fail". A missed heartbeat is
// also a timeout: AWS documents it under States.Timeout, and under its own name.
func matches(errorEquals []string, name string) bool {
	return slices.ContainsFunc(errorEquals, func(pattern string) bool {
		switch pattern {
		case name:
			return true
		case ErrorAll:
			return name != ErrorRuntime && name != ErrorDataLimit
		case ErrorTaskFailed:
			return name != ErrorTimeout && name != ErrorHeartbeatTimeout && name != ErrorRuntime
		case ErrorTimeout:
			return name == ErrorHeartbeatTimeout
		default:
			return false
		}
	})
}

func isReserved(name string) bool { return slices.Contains(reservedErrors, name) }
