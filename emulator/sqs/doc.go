// Package sqs is the laptop's Amazon SQS: standard queues, on the one database.
//
// A message that [Service.Send] or SendMessage accepted is written down, and stays
// until it is deleted or its retention is over. Receiving it hides it for the
// visibility timeout; the hiding is written down too, so that a restart neither
// loses a message nor shows one that somebody works on. As on AWS a message may
// come twice, and in no promised order (here: oldest first).
//
// SendMessage, ReceiveMessage (with long polling), DeleteMessage,
// ChangeMessageVisibility, their batches, GetQueueUrl, GetQueueAttributes,
// ListQueues and PurgeQueue. There are no FIFO queues, and queues are made by
// [Config], not by the API; an operation that is not there answers
// UnknownOperationException.
//
// (Version 1 of the `aws` command has an endpoint of its own for SQS, and wants
// --endpoint-url where AWS_ENDPOINT_URL is enough for everything else.)
//
// Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html
package sqs
