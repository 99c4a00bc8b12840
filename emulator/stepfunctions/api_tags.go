package stepfunctions

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"triptych/emulator/awsapi"
)

// Limits of tags.
// https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#concepts-tagging
const (
	maxTags          = 50
	maxTagKeyLength  = 128
	maxTagValueCount = 256
)

type tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

var tagText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// addTags adds tags to the existing tags.
func addTags(before map[string]string, added []tag) (map[string]string, error) {
	after := maps.Clone(before)
	if after == nil {
		after = map[string]string{}
	}

	for _, t := range added {
		switch {
		case t.Key == "" || utf8.RuneCountInString(t.Key) > maxTagKeyLength || !tagText.MatchString(t.Key) || strings.HasPrefix(strings.ToLower(t.Key), "aws:"):
			return nil, awsapi.Errorf("ValidationException", "1 validation error detected: the tag key '%s' is not valid", t.Key)
		case utf8.RuneCountInString(t.Value) > maxTagValueCount || !tagText.MatchString(t.Value):
			return nil, awsapi.Errorf("ValidationException", "1 validation error detected: the value of the tag '%s' is not valid", t.Key)
		}

		after[t.Key] = t.Value
	}

	if len(after) > maxTags {
		return nil, awsapi.Errorf("TooManyTags", "Too many tags: %d, the limit is %d", len(after), maxTags)
	}

	return after, nil
}

type tagInput struct {
	ResourceARN string   `json:"resourceArn"`
	Tags        []tag    `json:"tags"`
	TagKeys     []string `json:"tagKeys"`
}

func (s *Service) tagResource(ctx context.Context, in tagInput) (struct{}, error) {
	return struct{}{}, s.retag(ctx, "states:TagResource", in.ResourceARN, func(tags map[string]string) (map[string]string, error) {
		return addTags(tags, in.Tags)
	})
}

func (s *Service) untagResource(ctx context.Context, in tagInput) (struct{}, error) {
	return struct{}{}, s.retag(ctx, "states:UntagResource", in.ResourceARN, func(tags map[string]string) (map[string]string, error) {
		after := maps.Clone(tags)
		for _, key := range in.TagKeys {
			delete(after, key)
		}

		return after, nil
	})
}

func (s *Service) retag(ctx context.Context, action, arn string, change func(map[string]string) (map[string]string, error)) error {
	s.changing.Lock()
	defer s.changing.Unlock()

	m, err := s.tagged(ctx, action, arn)
	if err != nil {
		return err
	}

	tags, err := change(m.record.Tags)
	if err != nil {
		return err
	}

	return s.setMachine(m.Machine, m.revision, func(record *machineRecord) { record.Tags = tags })
}

// tagged finds the machine with the given ARN. In the emulator only machines have tags.
func (s *Service) tagged(ctx context.Context, action, arn string) (*machine, error) {
	if err := s.config.Authorize(ctx, action, arn); err != nil {
		return nil, err
	}

	name, err := s.machineName(arn)
	if err != nil && !isElsewhere(err) {
		return nil, err
	}

	m := s.machineNamed(name)
	if m == nil {
		return nil, &awsapi.Error{Code: "ResourceNotFound", Message: "Resource not found: '" + arn + "'", Fields: map[string]any{"resourceName": arn}}
	}

	return m, nil
}

type listTagsOutput struct {
	Tags []tag `json:"tags"`
}

func (s *Service) listTagsForResource(ctx context.Context, in tagInput) (listTagsOutput, error) {
	m, err := s.tagged(ctx, "states:ListTagsForResource", in.ResourceARN)
	if err != nil {
		return listTagsOutput{}, err
	}

	out := listTagsOutput{Tags: []tag{}}
	for _, key := range slices.Sorted(maps.Keys(m.record.Tags)) {
		out.Tags = append(out.Tags, tag{Key: key, Value: m.record.Tags[key]})
	}

	return out, nil
}
