// Package asl interprets the Amazon States Language in its JSONata form.
//
// # Pure and event-driven
//
// The package does no input or output, starts no goroutine and reads no clock of
// its own (but to bound the work of an expression). A [Definition] is a parsed, validated, immutable state machine; a
// [Machine] adds the clock and the source of randomness; an [Execution] is all
// run-time state, and is JSON. Whoever drives an execution tells the machine what
// happened (it was started, a task ended, a timer fired, somebody stopped it) and
// is told the [Effects]: what goes into the history, which tasks to run, which
// timers to set, and the [Outcome] once there is one.
//
// # Durability
//
// A driver that must survive the death of its process writes the Execution and
// the history events before it acts upon the tasks and timers of the same
// Effects. After a restart it loads the Execution and asks [Machine.Pending] for
// everything that is still to be done: tasks are run at least once, timers that
// came due meanwhile fire at once. A result that arrives twice, or too late, is
// answered with [ErrNotPending] and changes nothing.
//
// # What it speaks
//
// Every state type (Task, Map, Parallel, Pass, Choice, Wait, Succeed, Fail) with Retry, Catch, Assign, Output and Arguments, as in the
// specification (https://states-language.net/spec.html) and in AWS's pages
// (https://docs.aws.amazon.com/step-functions/latest/dg/). JSONPath definitions,
// and features that are not here (ResultWriter, readers other than S3's
// listObjectsV2, child executions of type EXPRESS, .sync, .waitForTaskToken,
// activities), are refused by [Parse], which names them and says where they stand.
//
// A Map in mode DISTRIBUTED asks its driver for the items, page by page, and for
// child executions, which are executions of [Machine.Child] with states and histories
// of their own. Its parent's state holds a page of items, and a few numbers for each
// child execution that runs or has failed, however long the listing is. What the
// child executions give is kept as well, up to the 256 KiB that a Map's result may
// have.
//
// # JSONata
//
// Expressions are those of JSONata 2.0.6, as on AWS, read by the parser of
// jsonata-go and evaluated here; a test holds them against the reference
// implementation's results. What remains different: an object's members come in the
// order of the alphabet in $keys, $each, $spread, * and **; the operators @, # and
// the parent % are refused by [Parse]; a Map takes arrays, and no objects.
//
// An evaluation has a budget, checked before a string or an array is built: the
// expressions of one state's fields may allocate 128 MiB together, take 5 million
// steps and 10 seconds (AWS stops them after one), nest 20,000 evaluations and give
// 16 MiB of JSON. An expression has at most 64 KiB, a picture of a format 1,000
// bytes. What exceeds a budget fails its state by States.QueryEvaluationError, as on
// AWS.
//
// # Limits
//
// Inputs, outputs, arguments and the variables of one Assign have at most 256 KiB,
// all variables of an execution 10 MiB, a history 25,000 events: a loop without an
// end fails by States.Runtime.
package asl
