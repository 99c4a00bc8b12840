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
// Every state type (Task, Map in mode INLINE, Parallel, Pass, Choice, Wait,
// Succeed, Fail) with Retry, Catch, Assign, Output and Arguments, as in the
// specification (https://states-language.net/spec.html) and in AWS's pages
// (https://docs.aws.amazon.com/step-functions/latest/dg/). JSONPath definitions,
// and features that are not here (DISTRIBUTED maps, ItemReader, ItemBatcher,
// ResultWriter, .sync, .waitForTaskToken, activities), are refused by [Parse],
// which names them and says where they stand.
//
// # JSONata
//
// Expressions are those of JSONata 2.0.6, as on AWS, evaluated by jsonata-go (1.5)
// with what it lacks added and what it gets wrong put right; a test holds them
// against the reference implementation's results. What remains different: an
// object's members come in the order of the alphabet in $keys, $each and $spread,
// and in none with the wildcards * and **; an expression may call functions of its
// own at most 50,000 times, and its blocks may take 10 seconds, where AWS stops it
// after one; the operators @, # and the parent % are refused by [Parse]; a Map takes
// arrays, and no objects.
//
// # Limits
//
// Inputs, outputs, arguments and the variables of one Assign have at most 256 KiB,
// all variables of an execution 10 MiB, a history 25,000 events: a loop without an
// end fails by States.Runtime.
package asl
