// Package sns is the emulator's SNS: standard topics that send their messages to SQS queues.
//
// A message is in every subscribed queue when Publish returns, if the filter policy of the
// subscription matches. Messages have no signature, and the policies of queues are not
// checked. A subscription with another protocol than sqs stays pending, because nothing
// leaves the emulator. FIFO topics are rejected.
//
// The API's format and the texts of errors are those of
// https://docs.aws.amazon.com/sns/latest/api/welcome.html.
package sns
