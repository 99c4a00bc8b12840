// Package lambda runs functions as AWS Lambda runs them: as processes that speak
// the Lambda Runtime API, so that the same binaries run here and there.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
//
// # Instances
//
// An instance is one process with a Runtime API of its own on a loopback port.
// It works on one invocation at a time and is busy until it asks for the next
// one. Warm instances are reused, the most recently used first; one that was idle
// for a while is ended, and so is one whose executable was replaced meanwhile: the
// next invocation runs the new file.
//
// # Concurrency
//
// The number of instances is bounded in all ([Config.MaxInstances]) and for each
// function ([Function.MaxConcurrency]). Invocations beyond that queue, first come
// first served, for as long as their context lets them. AWS throttles instead: with
// [Config.AccountConcurrency], an invocation above the account's quota is refused
// with TooManyRequestsException.
//
// # Failures
//
// What the function itself reports, a crash, and a timeout are results, with
// FunctionError set and AWS's error document as the payload. An error is returned
// only where the function could not be invoked at all.
//
// # Memory
//
// On Linux a process that has held more memory than its function has (MemoryMB) is
// killed, and its invocation ends as on Lambda: Runtime.ExitError, "signal: killed", and
// Runtime.OutOfMemory in the report. A working process is looked at every 10 ms and at
// its answer, by the most that it has ever held, so no excess is missed. What the
// process itself starts is not counted; neither are other systems' processes.
//
// Not here: layers, extensions, response streaming, durable Event invocations.
package lambda
