// Package sqs is the emulator's Amazon SQS: standard queues, stored in the emulator's one
// database.
//
// A message that [Service.Send] or SendMessage has accepted is stored until it is deleted
// or its retention ends. Receiving a message hides it for the visibility timeout. The end
// of this time is stored too. So a restart does not lose a message, and does not deliver
// a message again while a consumer processes it. As on AWS, a message may be delivered
// twice, and the order is not guaranteed (the emulator delivers the oldest first).
//
// The package supports SendMessage, ReceiveMessage (with long polling), DeleteMessage,
// ChangeMessageVisibility, their batches, GetQueueUrl, GetQueueAttributes, ListQueues and
// PurgeQueue. There are no FIFO queues, and queues are created by [Config], not by the
// API. Every other operation answers UnknownOperationException.
//
// (Version 1 of the `aws` command uses a special endpoint for SQS. For SQS it needs the flag
// --endpoint-url. For all other services, AWS_ENDPOINT_URL is enough.)
//
// Source:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html
package sqs
