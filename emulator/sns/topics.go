package sns

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
)

// maxTopics limits the topics of the emulator, and maxSubscriptions those of a topic.
const (
	maxTopics        = 1000
	maxSubscriptions = 100
)

var topicName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

type topicARN struct {
	ARN string `xml:"TopicArn"`
}

// createTopic creates a topic. If the topic exists, it returns the topic.
// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
func (s *Service) createTopic(ctx context.Context, in awsapi.Parameters) (any, error) {
	name := in.Text("Name")
	if !topicName.MatchString(name) {
		return nil, invalid("Topic Name")
	}

	if err := s.config.Authorize(ctx, "sns:CreateTopic", s.arn(name)); err != nil {
		return nil, err
	}

	attributes := in.Entries("Attributes")
	for attribute, value := range attributes {
		if err := checkAttribute(attribute, value); err != nil {
			return nil, err
		}
	}

	if isDefaultPolicy(attributes[attributePolicy]) {
		delete(attributes, attributePolicy)
	}

	tags, err := tagsOf(in)
	if err != nil {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	if existing := s.topics[name]; existing != nil {
		return topicARN{s.arn(name)}, existing.same(attributes, tags)
	}

	if len(s.topics) >= maxTopics {
		return nil, awsapi.Errorf("TopicLimitExceeded", "The emulator has at most %d topics", maxTopics)
	}

	made := &topic{Name: name, Attributes: attributes, Tags: tags}
	if err := s.store(made); err != nil {
		return nil, err
	}

	s.topics[name] = made

	return topicARN{s.arn(name)}, nil
}

// deleteTopic deletes a topic and its subscriptions. If the topic does not exist, it succeeds.
// https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html
func (s *Service) deleteTopic(ctx context.Context, in awsapi.Parameters) (any, error) {
	arn := in.Text("TopicArn")
	if err := s.config.Authorize(ctx, "sns:DeleteTopic", arn); err != nil {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	found, err := s.find(arn)
	if failure, ok := err.(*awsapi.Error); ok && failure.Code == "NotFound" { //nolint:errorlint // find does not wrap it.
		return nil, nil //nolint:nilnil // An answer without a result.
	}

	if err != nil {
		return nil, err
	}

	if err := s.config.DB.Update(func(tx *bbolt.Tx) error { return tx.Bucket(bucket).Delete([]byte(found.Name)) }); err != nil {
		return nil, err
	}

	delete(s.topics, found.Name)

	return nil, nil //nolint:nilnil // An answer without a result.
}

type listedTopics struct {
	Topics awsapi.Members[topicARN]
}

// listTopics lists all topics, by their names.
// https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html
func (s *Service) listTopics(ctx context.Context, _ awsapi.Parameters) (any, error) {
	if err := s.config.Authorize(ctx, "sns:ListTopics", "*"); err != nil {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	var out listedTopics
	for _, name := range slices.Sorted(maps.Keys(s.topics)) {
		out.Topics.Member = append(out.Topics.Member, topicARN{s.arn(name)})
	}

	return out, nil
}

// entries is a map in the XML of an answer.
type entries struct {
	Entries []entry `xml:"Attributes>entry"`
}

type entry struct {
	Key   string `xml:"key"`
	Value string `xml:"value"`
}

func entriesOf(values map[string]string) entries {
	var out entries
	for _, key := range slices.Sorted(maps.Keys(values)) {
		out.Entries = append(out.Entries, entry{key, values[key]})
	}

	return out
}

// getTopicAttributes describes a topic.
// https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
func (s *Service) getTopicAttributes(ctx context.Context, in awsapi.Parameters) (any, error) {
	arn := in.Text("TopicArn")
	if err := s.config.Authorize(ctx, "sns:GetTopicAttributes", arn); err != nil {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	found, err := s.find(arn)
	if err != nil {
		return nil, err
	}

	return entriesOf(s.describe(found)), nil
}

// split returns the topic's ARN and the ID in the ARN of a subscription.
func split(arn string) (topicARN, id string) {
	at := strings.LastIndexByte(arn, ':')

	return arn[:max(at, 0)], arn[at+1:]
}
