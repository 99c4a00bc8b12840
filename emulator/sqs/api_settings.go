package sqs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
	"triptych/emulator/iam"
)

// queueBucket stores the queues that were created through the API.
const queueBucket = "sqs.queues"

// defaultRetention is the retention of a queue that sets none.
const defaultRetention = 4 * 24 * time.Hour

// The attributes of a queue that can be set.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
const (
	visibilityTimeout = "VisibilityTimeout"
	retentionPeriod   = "MessageRetentionPeriod"
	maximumSize       = "MaximumMessageSize"
	delaySeconds      = "DelaySeconds"
	receiveWait       = "ReceiveMessageWaitTimeSeconds"
	managedEncryption = "SqsManagedSseEnabled"
	queuePolicy       = "Policy"

	minMessageBytes = 1 << 10
	minRetention    = time.Minute
)

// stored returns the queues that were created through the API, by name.
func (s *Service) stored() (map[string]Queue, error) {
	queues := map[string]Queue{}

	err := s.config.DB.Update(func(tx *bbolt.Tx) error {
		bucket, err := tx.CreateBucketIfNotExists([]byte(queueBucket))
		if err != nil {
			return err
		}

		return bucket.ForEach(func(name, value []byte) error {
			var settings Queue
			if err := json.Unmarshal(value, &settings); err != nil {
				return fmt.Errorf("read the queue %s: %w", name, err)
			}

			queues[string(name)] = settings

			return nil
		})
	})

	return queues, err
}

// store stores the settings of a queue.
func (s *Service) store(settings Queue) error {
	encoded, err := json.Marshal(settings)
	if err != nil {
		return fmt.Errorf("encode the queue %s: %w", settings.Name, err)
	}

	err = s.config.DB.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte(queueBucket)).Put([]byte(settings.Name), encoded) })
	if err != nil {
		return fmt.Errorf("store the queue %s: %w", settings.Name, err)
	}

	return nil
}

// open opens a queue and removes its expired messages. The caller holds the lock, or is New.
func (s *Service) open(settings Queue) error {
	q := newQueue(settings, s.config)

	err := s.config.DB.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(q.bucket)

		return err
	})
	if err != nil {
		return fmt.Errorf("open queue %s: %w", settings.Name, err)
	}

	if err := q.expire(); err != nil {
		return err
	}

	s.queues[settings.Name] = q

	return nil
}

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

// equal reports whether two queues have the same attributes.
func (q Queue) equal(other Queue) bool {
	q.Tags, other.Tags = nil, nil
	q.Modified, q.Created, q.declared = other.Modified, other.Created, other.declared

	a, _ := json.Marshal(q) // Plain values can always be encoded.
	b, _ := json.Marshal(other)

	return string(a) == string(b)
}

// set sets attributes. Attributes of functions that the emulator does not have are rejected.
func (q *Queue) set(attributes map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if err := q.setOne(name, attributes[name]); err != nil {
			return err
		}
	}

	return nil
}

func (q *Queue) setOne(name, value string) error { //nolint:cyclop // One case for each attribute.
	periods := map[string]struct {
		target      *time.Duration
		least, most time.Duration
	}{
		visibilityTimeout: {&q.Visibility, 0, maxVisibility},
		retentionPeriod:   {&q.Retention, minRetention, MaxRetention},
		delaySeconds:      {&q.Delay, 0, maxDelay},
		receiveWait:       {&q.Wait, 0, maxWait},
	}

	bad := awsapi.Errorf("InvalidAttributeValue", "Invalid value for the parameter %s.", name)

	if period, is := periods[name]; is {
		number, err := strconv.Atoi(value)
		if given := time.Duration(number) * time.Second; err == nil && given >= period.least && given <= period.most {
			*period.target = given

			return nil
		}

		return bad
	}

	switch name {
	case maximumSize:
		number, err := strconv.Atoi(value)
		if err != nil || number < minMessageBytes || number > MaxMessageBytes {
			return bad
		}

		q.MaxBytes = number
	case managedEncryption:
		encrypted, err := strconv.ParseBool(value)
		if err != nil {
			return bad
		}

		q.Encrypted = encrypted
	case queuePolicy:
		if value != "" {
			if _, err := iam.ParseResourcePolicy([]byte(value)); err != nil {
				return awsapi.Errorf("InvalidAttributeValue", "Invalid value for the parameter Policy: %v", err)
			}
		}

		q.Policy = value
	case "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "RedrivePolicy", "RedriveAllowPolicy":
		if value != "" {
			return awsapi.Errorf("InvalidAttributeValue", "the emulator's SQS does not support the attribute %s", name)
		}
	default:
		return awsapi.Errorf("InvalidAttributeName", "Unknown Attribute %s, or one that the emulator's SQS does not support.", name)
	}

	return nil
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

type tagInput struct {
	QueueURL string `json:"QueueUrl"`
	Tags     map[string]string
	TagKeys  []string
}

func (s *Service) tagQueue(ctx context.Context, in tagInput) (struct{}, error) {
	return struct{}{}, s.change(ctx, "TagQueue", in.QueueURL, func(q *Queue) error {
		if q.Tags == nil {
			q.Tags = map[string]string{}
		}

		maps.Copy(q.Tags, in.Tags)

		return nil
	})
}

func (s *Service) untagQueue(ctx context.Context, in tagInput) (struct{}, error) {
	return struct{}{}, s.change(ctx, "UntagQueue", in.QueueURL, func(q *Queue) error {
		maps.DeleteFunc(q.Tags, func(key, _ string) bool { return slices.Contains(in.TagKeys, key) })

		return nil
	})
}

type tagsOutput struct {
	Tags map[string]string `json:",omitempty"`
}

func (s *Service) listQueueTags(ctx context.Context, in tagInput) (tagsOutput, error) {
	q, err := s.queueAt(ctx, "ListQueueTags", in.QueueURL)
	if err != nil {
		return tagsOutput{}, err
	}

	return tagsOutput{q.current().Tags}, nil
}

type sourcesOutput struct {
	QueueURLs []string `json:"queueUrls"`
}

// listDeadLetterSourceQueues answers ListDeadLetterSourceQueues. No queue has a redrive
// policy.
func (s *Service) listDeadLetterSourceQueues(ctx context.Context, in purgeInput) (sourcesOutput, error) {
	if _, err := s.queueAt(ctx, "ListDeadLetterSourceQueues", in.QueueURL); err != nil {
		return sourcesOutput{}, err
	}

	return sourcesOutput{[]string{}}, nil
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

// Policy returns the policy of a queue that was created through the API, or nil.
func (s *Service) Policy(queueARN string) *iam.Policy {
	q := s.named(strings.TrimPrefix(queueARN, QueueARN(s.config.Region, s.config.Account, "")))
	if q == nil || q.current().Policy == "" {
		return nil
	}

	policy, err := iam.ParseResourcePolicy([]byte(q.current().Policy))
	if err != nil { // It was checked when it was set.
		return nil
	}

	return policy
}
