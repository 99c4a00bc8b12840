package sqs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
)

// defaultRetention is the retention of a queue that sets none.
const defaultRetention = 4 * 24 * time.Hour

type createInput struct {
	QueueName  string
	Attributes map[string]string
	Tags       map[string]string `json:"tags"`
}

// createQueue answers CreateQueue. A queue that exists with these attributes is not an
// error, as on AWS.
func (s *Service) createQueue(ctx context.Context, in createInput) (queueURLOutput, error) {
	if err := s.config.Authorize(ctx, "sqs:CreateQueue", QueueARN(s.config.Region, s.config.Account, in.QueueName)); err != nil {
		return queueURLOutput{}, err
	}

	if !queueName.MatchString(in.QueueName) {
		return queueURLOutput{}, invalid("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}

	now := s.config.Now().UTC().Truncate(time.Second)
	settings := Queue{
		Name: in.QueueName, Visibility: defaultVisibility, Retention: defaultRetention, MaxBytes: MaxMessageBytes, Encrypted: true,
		Tags: in.Tags, Created: now, Modified: now,
	}

	if err := settings.set(in.Attributes); err != nil {
		return queueURLOutput{}, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	if q := s.queues[in.QueueName]; q != nil {
		same := q.current()
		if err := same.set(in.Attributes); err != nil || !same.equal(q.current()) {
			return queueURLOutput{}, awsapi.Errorf("QueueNameExists", "A queue already exists with the same name and a different value for an attribute.")
		}

		return queueURLOutput{QueueURL: s.url(in.QueueName)}, nil
	}

	if err := s.store(settings); err != nil {
		return queueURLOutput{}, err
	}

	return queueURLOutput{QueueURL: s.url(in.QueueName)}, s.open(settings)
}

// change authorizes an action on a queue, changes its settings and stores them.
func (s *Service) change(ctx context.Context, action, url string, change func(*Queue) error) error {
	q, err := s.queueAt(ctx, action, url)
	if err != nil {
		return err
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	settings := q.current()
	if settings.declared {
		return unchangeable(settings.Name)
	}

	if s.queues[settings.Name] != q {
		return noQueue()
	}

	settings.Tags = maps.Clone(settings.Tags)

	if err := change(&settings); err != nil {
		return err
	}

	if err := s.store(settings); err != nil {
		return err
	}

	q.settings.Store(&settings)

	return nil
}

func unchangeable(name string) error {
	return awsapi.Errorf("UnsupportedOperation", "The queue %s is one of the emulator's own stack, which cannot be changed or deleted.", name)
}

type setInput struct {
	QueueURL   string `json:"QueueUrl"`
	Attributes map[string]string
}

func (s *Service) setQueueAttributes(ctx context.Context, in setInput) (struct{}, error) {
	return struct{}{}, s.change(ctx, "SetQueueAttributes", in.QueueURL, func(q *Queue) error {
		q.Modified = s.config.Now().UTC().Truncate(time.Second)

		return q.set(in.Attributes)
	})
}

// deleteQueue answers DeleteQueue. Its messages are lost, as on AWS.
func (s *Service) deleteQueue(ctx context.Context, in purgeInput) (struct{}, error) {
	q, err := s.queueAt(ctx, "DeleteQueue", in.QueueURL)
	if err != nil {
		return struct{}{}, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	name := q.current().Name

	switch {
	case q.current().declared:
		return struct{}{}, unchangeable(name)
	case s.queues[name] != q:
		return struct{}{}, noQueue()
	}

	err = s.config.DB.Update(func(tx *bbolt.Tx) error {
		return errors.Join(tx.Bucket([]byte(queueBucket)).Delete([]byte(name)), tx.DeleteBucket(q.bucket))
	})
	if err != nil {
		return struct{}{}, fmt.Errorf("delete queue %s: %w", name, err)
	}

	delete(s.queues, name)
	q.wake() // Its receivers find that it is gone.

	return struct{}{}, nil
}
