// Package replay finds work that failed, and has it done after all.
//
// Four sources know of failed work, and each misses what another one has: the
// dead-letter queue (status-change events are best effort), Step Functions' list
// (executions are forgotten 90 days after their end), the ledger (an upload whose
// execution is gone), and the events that EventBridge could not deliver. [Merge]
// makes one list of them, by execution, without doubles.
//
// For each entry [Choose] picks a verb. A redrive goes on with the same execution
// at the step that failed; a restart is a new execution of the same input that
// takes the failed one's place. Nothing is done twice, however often and by
// however many it is asked: a redrive carries a client token, and a restart has a
// name, that are made of the failed execution's ARN and its redrive count. So the
// successor of a failed execution can be found from its ARN alone, and it is the
// last one of that chain that an entry is about.
//
// https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
package replay
