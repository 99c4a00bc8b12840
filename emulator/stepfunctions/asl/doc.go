// Package asl interprets the Amazon States Language in its JSONata form.
//
// # Pure and event-driven
//
// The package does no input or output and starts no goroutine. It reads the real clock only
// to limit the work of an expression. A [Definition] is a parsed, validated, immutable
// state machine. A [Machine] adds a clock and a source of randomness. An [Execution] is the
// complete run-time state and is JSON. A driver reports each event to the machine: the
// execution was started, a task ended, a timer fired, a caller stopped it. The machine
// returns the [Effects]: the events for the history, the tasks to run, the timers to set,
// and the [Outcome] when the execution ends.
//
// # Durability
//
// A driver that must survive the death of its process stores the Execution and the history
// events before it acts on the tasks and timers of the same Effects. After a restart it
// loads the Execution and calls [Machine.Pending], which returns everything that is still
// to be done. Tasks run at least once, and timers that came due meanwhile fire at once. For
// a result that arrives twice or too late, the machine returns [ErrNotPending] and changes
// nothing.
//
// # Supported language
//
// All state types (Task, Map, Parallel, Pass, Choice, Wait, Succeed, Fail) are supported,
// with Retry, Catch, Assign, Output and Arguments, as in the specification
// (https://states-language.net/spec.html) and in AWS's pages
// (https://docs.aws.amazon.com/step-functions/latest/dg/). [Parse] rejects the
// fields of JSONPath and unsupported features (readers other than S3's listObjectsV2, and
// getObject of JSON, JSON Lines and CSV, child executions of type EXPRESS, activities,
// resources that [Resources] does not list). It names them and gives their location. A
// machine without QueryLanguage is one in JSONPath, as on AWS: its states can have the
// QueryLanguage JSONata, or no field that depends on the query language.
//
// A Map in mode DISTRIBUTED asks its driver for the items, page by page, and for child
// executions. These are executions of [Machine.Child] with their own states and histories.
// The state of the parent holds a page of items, and a few numbers for each child execution
// that runs or has failed, regardless of the length of the listing. It also holds the
// outputs of the child executions, up to the 256 KiB that the result of a Map may have.
//
// # JSONata
//
// Package jsonata evaluates the expressions. Its documentation lists the differences from
// JSONata, and the limits of an evaluation. The expressions of one state's fields share one
// budget. If an expression exceeds the budget, its state fails with
// States.QueryEvaluationError, as on AWS. An expression has at most 64 KiB. A Map takes
// arrays, not objects.
//
// # Limits
//
// Inputs, outputs, arguments and the variables of one Assign have at most 256 KiB, and all
// variables of an execution together 10 MiB. A history has at most 25,000 events, so an
// endless loop fails with States.Runtime.
package asl
