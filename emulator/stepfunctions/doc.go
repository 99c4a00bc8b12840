// Package stepfunctions runs state machines durably: it drives the executions of
// package asl, keeps their state and history on disk, and speaks Step Functions'
// API.
//
// # Durability
//
// Whatever happens to an execution (it starts, a task ends, a timer fires, somebody
// stops it) is first applied to its state in memory, then written: the state, the
// history events and the status in one transaction. Only then does the driver act
// upon it: tasks are run, timers set, callers answered. When the process dies at
// any moment, [Service.Resume] finds every unfinished execution as of its last
// transaction: its timers are set again, and a task that was under way is run
// again. So tasks run at least once, and the functions behind them must be
// idempotent. Transactions that come at the same time are committed together.
//
// # Map Runs
//
// The child executions of a DISTRIBUTED Map are executions as others are, with the
// key "machine/label:name". They are written in the same transaction as what their
// parent knows of them: started, redriven and stopped, all or none. Only a child's own
// end comes first; its parent is told, and asks after it at the next start if it was
// not.
//
// # Definitions
//
// Machines come from the configuration, and from CreateStateMachine. A configured
// one is what the configuration says at every start, whatever the API changed
// since. Every definition that an execution was started with is kept, and the
// execution goes on by it, redrives included, when its machine has changed since.
// A machine that is deleted takes its executions and their histories with it.
//
// # Not here
//
// Versions and aliases, Express workflows, activities, task tokens, logs and traces, and resources other than arn:aws:states:::lambda:invoke with
// RequestResponse and those that the configuration has. What is asked for and not
// here is refused by its name.
package stepfunctions
