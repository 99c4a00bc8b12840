// Package sqs is the emulator's Amazon SQS: standard queues, stored in the emulator's one
// database.
//
// A message that [Service.Send] or SendMessage has accepted is stored until it is deleted
// or its retention ends. Receiving a message hides it for the visibility timeout. The
// hiding is stored too, so a restart neither loses a message nor shows one that a
// consumer is processing. As on AWS, a message may be delivered twice, and the order is
// not guaranteed (the emulator delivers the oldest first).
//
// The package supports SendMessage, ReceiveMessage (with long polling), DeleteMessage,
// ChangeMessageVisibility, their batches, GetQueueUrl, GetQueueAttributes, ListQueues and
// PurgeQueue. There are no FIFO queues, and queues are created by [Config], not by the
// API. Every other operation answers UnknownOperationException.
//
// (Version 1 of the `aws` command has an endpoint of its own for SQS. It needs
// --endpoint-url, where AWS_ENDPOINT_URL is enough for everything else.)
//
// Source:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html
package sqs
