package sqs

import (
	"context"
	"maps"
	"slices"
)

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
