package sqs

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"triptych/emulator/awsapi"
)

type queueNameInput struct {
	QueueName              string
	QueueOwnerAWSAccountID string `json:"QueueOwnerAWSAccountId"`
}

type queueURLOutput struct {
	QueueURL string `json:"QueueUrl"`
}

func (s *Service) getQueueURL(ctx context.Context, in queueNameInput) (queueURLOutput, error) {
	if err := s.config.Authorize(ctx, "sqs:GetQueueUrl", QueueARN(s.config.Region, s.config.Account, in.QueueName)); err != nil {
		return queueURLOutput{}, err
	}

	if s.named(in.QueueName) == nil || (in.QueueOwnerAWSAccountID != "" && in.QueueOwnerAWSAccountID != s.config.Account) {
		return queueURLOutput{}, noQueue()
	}

	return queueURLOutput{QueueURL: s.url(in.QueueName)}, nil
}

type listQueuesInput struct {
	QueueNamePrefix string
	MaxResults      int
	NextToken       string
}

type listQueuesOutput struct {
	QueueURLs []string `json:"QueueUrls,omitempty"`
	NextToken string   `json:",omitempty"`
}

// listQueues returns a page of queues. The token of the next page is the last name of
// this page.
func (s *Service) listQueues(ctx context.Context, in listQueuesInput) (listQueuesOutput, error) {
	const most = 1000

	if err := s.config.Authorize(ctx, "sqs:ListQueues", QueueARN(s.config.Region, s.config.Account, "*")); err != nil {
		return listQueuesOutput{}, err
	}

	if in.MaxResults < 0 || in.MaxResults > most {
		return listQueuesOutput{}, outOfRange(in.MaxResults, "MaxResults", 1, most)
	}

	var (
		out  listQueuesOutput
		last string
	)

	s.mu.RLock()
	names := slices.Sorted(maps.Keys(s.queues))
	s.mu.RUnlock()

	for _, name := range names {
		if !strings.HasPrefix(name, in.QueueNamePrefix) || name <= in.NextToken {
			continue
		}

		if in.MaxResults > 0 && len(out.QueueURLs) == in.MaxResults {
			out.NextToken = last

			break
		}

		out.QueueURLs = append(out.QueueURLs, s.url(name))
		last = name
	}

	return out, nil
}

type attributesInput struct {
	QueueURL       string `json:"QueueUrl"`
	AttributeNames []string
}

type attributesOutput struct {
	Attributes map[string]string `json:",omitempty"`
}

func (s *Service) getQueueAttributes(ctx context.Context, in attributesInput) (attributesOutput, error) {
	q, err := s.queueAt(ctx, "GetQueueAttributes", in.QueueURL)
	if err != nil {
		return attributesOutput{}, err
	}

	counted, err := q.count()
	if err != nil {
		return attributesOutput{}, err
	}

	settings := q.current()
	all := map[string]string{
		"QueueArn":                              QueueARN(s.config.Region, s.config.Account, settings.Name),
		"ApproximateNumberOfMessages":           strconv.Itoa(counted.visible),
		"ApproximateNumberOfMessagesNotVisible": strconv.Itoa(counted.hidden),
		"ApproximateNumberOfMessagesDelayed":    strconv.Itoa(counted.delayed),
		"CreatedTimestamp":                      strconv.FormatInt(settings.Created.Unix(), 10),
		"LastModifiedTimestamp":                 strconv.FormatInt(settings.Modified.Unix(), 10),
		visibilityTimeout:                       inSeconds(settings.Visibility),
		retentionPeriod:                         inSeconds(settings.Retention),
		maximumSize:                             strconv.Itoa(settings.MaxBytes),
		delaySeconds:                            inSeconds(settings.Delay),
		receiveWait:                             inSeconds(settings.Wait),
		managedEncryption:                       strconv.FormatBool(settings.Encrypted),
	}

	if settings.Policy != "" {
		all[queuePolicy] = settings.Policy
	}

	out := attributesOutput{Attributes: map[string]string{}}

	for _, name := range in.AttributeNames {
		value, known := all[name]

		switch {
		case name == "All":
			return attributesOutput{Attributes: all}, nil
		case !known && slices.Contains(absent, name): // It has no value.
		case !known:
			return attributesOutput{}, awsapi.Errorf("InvalidAttributeName", "Unknown Attribute %s.", name)
		default:
			out.Attributes[name] = value
		}
	}

	return out, nil
}

// absent has the attributes that a queue need not have.
var absent = []string{
	queuePolicy, "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "FifoQueue",
	"ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit",
}

func inSeconds(period time.Duration) string {
	return strconv.FormatInt(int64(period/time.Second), 10)
}

type purgeInput struct {
	QueueURL string `json:"QueueUrl"`
}

func (s *Service) purgeQueue(ctx context.Context, in purgeInput) (struct{}, error) {
	q, err := s.queueAt(ctx, "PurgeQueue", in.QueueURL)
	if err != nil {
		return struct{}{}, err
	}

	return struct{}{}, q.purge()
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
