// Package lambda runs functions as AWS Lambda runs them: as processes that implement the
// Lambda Runtime API, so the same binaries run in the emulator and on AWS.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
//
// # Instances
//
// An instance is one process with a Runtime API of its own on a loopback port. It works
// on one invocation at a time and is busy until it asks for the next one. Warm instances
// are reused, the most recently used first. An instance is ended after it was idle for a
// while, and when its executable was replaced: the next invocation then runs the new
// file.
//
// # Concurrency
//
// The number of instances is limited for all functions together ([Config.MaxInstances])
// and for each function ([Function.MaxConcurrency]). Further invocations wait in a queue,
// first come first served, until their context ends. AWS throttles instead: with
// [Config.AccountConcurrency], an invocation above the account's quota is rejected with
// TooManyRequestsException.
//
// # Failures
//
// An error that the function reports, a crash, and a timeout are results, with
// FunctionError set and AWS's error document as the payload. Invoke returns an error only
// if the function could not be invoked.
//
// # Memory
//
// On Linux a process that has used more memory than its function has (MemoryMB) is
// killed, and its invocation ends as on Lambda: Runtime.ExitError, "signal: killed", and
// Runtime.OutOfMemory in the report. The peak memory of a working process is checked
// every 10 ms and when it answers, so no excess is missed. Memory of child processes does
// not count; on operating systems other than Linux memory is not limited.
//
// Not supported: layers, extensions, response streaming, durable Event invocations.
package lambda
