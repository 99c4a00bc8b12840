// Package replay finds failed work and retries it.
//
// Four sources list failed work, and each of them is incomplete: the failed-executions
// queue (status-change events are delivered on a best-effort basis), Step Functions' list
// (executions are forgotten 90 days after their end), the ledger (an upload whose
// execution no longer exists), and the events that EventBridge could not deliver. [Merge]
// combines them into one list with one entry for each execution.
//
// For each entry, [Choose] chooses an action. A redrive continues the same execution at
// the failed step. A restart starts a new execution with the same input, which replaces
// the failed one. No work is done twice, however often and by however many processes a
// replay is run. The client token of a redrive and the name of a restart are derived from
// the failed execution's ARN and its redrive count. So the successor of a failed
// execution can be found from its ARN. An entry is about the last execution of that
// chain.
//
// https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
package replay
