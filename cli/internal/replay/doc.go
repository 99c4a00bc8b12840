// Package replay finds failed work and retries it.
//
// Four sources list failed work, and each of them is incomplete:
//
//   - The failed-executions queue. EventBridge delivers status-change events on a
//     best-effort basis.
//   - The executions that Step Functions lists. It removes an execution 90 days after its
//     end.
//   - The ledger. It has the uploads that failed or are unfinished, but no erasures.
//   - The events that EventBridge could not deliver to a state machine.
//
// [Merge] combines them into one list with one entry for each execution.
//
// For each entry, [Choose] chooses an action. A redrive continues the same execution at the
// failed step. A restart starts a new execution with the same input, which replaces the
// failed execution. No work is done twice, even if several processes run a replay. The
// reason is that the client token of a redrive and the name of a restart are derived from
// the ARN of the failed execution and its number of redrives.
//
// Therefore the ARN of a failed execution also determines the ARN of the execution that
// replaces it. If that execution fails too, it may be replaced again. These executions are a
// chain, and an entry is about the last execution of its chain.
//
// https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
package replay
