package sqs

import (
	"context"
	"errors"
	"regexp"

	"triptych/emulator/awsapi"
)

// maxBatch is the largest number of entries in a batch.
const maxBatch = 10

var entryID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// batchInput is a batch of entries of one operation.
type batchInput[Entry any] struct {
	QueueURL string `json:"QueueUrl"`
	Entries  []Entry
}

// batchOutput has the result of every entry.
type batchOutput[Result any] struct {
	Successful []Result
	Failed     []batchFailure `json:",omitempty"`
}

type batchFailure struct {
	ID          string `json:"Id"`
	SenderFault bool
	Code        string
	Message     string
}

// batch executes an operation for every entry. A failed entry does not stop the others.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html
func batch[Entry, Result any](entries []Entry, id func(Entry) string, one func(Entry) (Result, error)) (batchOutput[Result], error) {
	switch {
	case len(entries) == 0:
		return batchOutput[Result]{}, awsapi.Errorf("EmptyBatchRequest", "There should be at least one entry in the request.")
	case len(entries) > maxBatch:
		return batchOutput[Result]{}, awsapi.Errorf("TooManyEntriesInBatchRequest", "Maximum number of entries per request are %d. You have sent %d.", maxBatch, len(entries))
	}

	seen := map[string]bool{}

	for _, entry := range entries {
		switch name := id(entry); {
		case !entryID.MatchString(name):
			return batchOutput[Result]{}, awsapi.Errorf("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.")
		case seen[name]:
			return batchOutput[Result]{}, awsapi.Errorf("BatchEntryIdsNotDistinct", "Id %s repeated.", name)
		default:
			seen[name] = true
		}
	}

	out := batchOutput[Result]{Successful: []Result{}}

	for _, entry := range entries {
		result, err := one(entry)

		failure, refused := errors.AsType[*awsapi.Error](err)

		switch {
		case err == nil:
			out.Successful = append(out.Successful, result)
		case refused:
			out.Failed = append(out.Failed, batchFailure{ID: id(entry), SenderFault: true, Code: failure.Code, Message: failure.Message})
		default:
			out.Failed = append(out.Failed, batchFailure{ID: id(entry), Code: "InternalError", Message: err.Error()})
		}
	}

	return out, nil
}

type sendEntry struct {
	sendInput

	ID string `json:"Id"`
}

type sentEntry struct {
	sendOutput

	ID string `json:"Id"`
}

func (s *Service) sendMessageBatch(ctx context.Context, in batchInput[sendEntry]) (batchOutput[sentEntry], error) {
	if _, err := s.queueAt(ctx, "SendMessage", in.QueueURL); err != nil {
		return batchOutput[sentEntry]{}, err
	}

	size := 0
	for i := range in.Entries {
		size += len(in.Entries[i].MessageBody)
	}

	if size > MaxMessageBytes {
		return batchOutput[sentEntry]{}, awsapi.Errorf("BatchRequestTooLong", "Batch requests cannot be longer than %d bytes. You have sent %d bytes.", MaxMessageBytes, size)
	}

	return batch(in.Entries, func(e sendEntry) string { return e.ID }, func(e sendEntry) (sentEntry, error) {
		e.QueueURL = in.QueueURL
		sent, err := s.sendMessage(ctx, e.sendInput)

		return sentEntry{sendOutput: sent, ID: e.ID}, err
	})
}

type receiptEntry struct {
	receiptInput

	ID string `json:"Id"`
}

type doneEntry struct {
	ID string `json:"Id"`
}

func (s *Service) deleteMessageBatch(ctx context.Context, in batchInput[receiptEntry]) (batchOutput[doneEntry], error) {
	return s.receiptBatch(ctx, "DeleteMessage", in, s.deleteMessage)
}

func (s *Service) changeMessageVisibilityBatch(ctx context.Context, in batchInput[receiptEntry]) (batchOutput[doneEntry], error) {
	return s.receiptBatch(ctx, "ChangeMessageVisibility", in, s.changeMessageVisibility)
}

func (s *Service) receiptBatch(
	ctx context.Context, action string, in batchInput[receiptEntry], one func(context.Context, receiptInput) (struct{}, error),
) (batchOutput[doneEntry], error) {
	if _, err := s.queueAt(ctx, action, in.QueueURL); err != nil {
		return batchOutput[doneEntry]{}, err
	}

	return batch(in.Entries, func(e receiptEntry) string { return e.ID }, func(e receiptEntry) (doneEntry, error) {
		e.QueueURL = in.QueueURL
		_, err := one(ctx, e.receiptInput)

		return doneEntry{ID: e.ID}, err
	})
}
