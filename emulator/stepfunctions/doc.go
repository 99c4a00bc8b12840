// Package stepfunctions runs state machines durably. It runs the executions of package asl,
// stores their state and history on disk, and implements Step Functions' API.
//
// # Durability
//
// Every event of an execution (it starts, a task ends, a timer fires, a caller stops it) is
// first applied to its state in memory. Then the state, the history events and the status
// are stored in one transaction. Only after this does the service run tasks, set timers and
// answer callers. If the process dies at any moment, [Service.Resume] finds every
// unfinished execution as of its last transaction. It sets the timers again, and runs again
// each task that was in progress. So tasks run at least once, and their functions must be
// idempotent. Concurrent transactions are committed together.
//
// # Map Runs
//
// The child executions of a DISTRIBUTED Map are ordinary executions, with the key
// "machine/label:name". A parent starts, redrives and stops them in the same transaction
// that stores the parent's own state. Only the end of a child is stored before its parent
// is told. If the process dies in between, the parent reads the state of its children at
// the next start.
//
// # Definitions
//
// Machines come from the configuration and from CreateStateMachine. At every start a
// configured machine is reset to its configuration, even if the API has changed it. Every
// definition that an execution was started with is kept. The execution continues with it,
// also after a redrive, if its machine has changed since. When a machine is deleted, its
// executions and their histories are deleted too.
//
// # Not supported
//
// Express workflows, activities and traces are not supported. A request for an unsupported
// feature is rejected with an error that names it.
package stepfunctions
