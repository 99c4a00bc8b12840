// Package sns is the emulator's SNS: standard topics that send their messages to SQS queues.
//
// A message is in every subscribed queue when Publish returns. Messages have no signature,
// and the policies of queues are not checked. Filter policies, FIFO topics and the protocols
// other than sqs are rejected.
//
// The API's format and the texts of errors are those of
// https://docs.aws.amazon.com/sns/latest/api/welcome.html.
package sns
