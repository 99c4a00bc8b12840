package cloudwatch

import (
	"context"
	"maps"
	"slices"
)

type tagRequest struct {
	ResourceARN string
	Tags        []tagElement
	TagKeys     []string
}

func (s *Service) changeTags(ctx context.Context, action string, in tagRequest, change func(tags map[string]string)) error {
	if err := s.config.Authorize(ctx, "cloudwatch:"+action, in.ResourceARN); err != nil {
		return err
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	found, err := s.named(in.ResourceARN)
	if err != nil {
		return err
	}

	changed := *found
	if changed.Kept = maps.Clone(found.Kept); changed.Kept == nil {
		changed.Kept = map[string]string{}
	}

	change(changed.Kept)

	return store(s, alarmsBucket, s.alarms, changed.AlarmName, &changed)
}

// tag adds tags to an alarm.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html
func (s *Service) tag(ctx context.Context, in tagRequest) (any, error) {
	return struct{}{}, s.changeTags(ctx, "TagResource", in, func(tags map[string]string) {
		for _, one := range in.Tags {
			tags[one.Key] = one.Value
		}
	})
}

// untag removes tags from an alarm.
func (s *Service) untag(ctx context.Context, in tagRequest) (any, error) {
	return struct{}{}, s.changeTags(ctx, "UntagResource", in, func(tags map[string]string) {
		for _, one := range in.TagKeys {
			delete(tags, one)
		}
	})
}

// listTags lists the tags of an alarm.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListTagsForResource.html
func (s *Service) listTags(ctx context.Context, in tagRequest) (any, error) {
	if err := s.config.Authorize(ctx, "cloudwatch:ListTagsForResource", in.ResourceARN); err != nil {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	found, err := s.named(in.ResourceARN)
	if err != nil {
		return nil, err
	}

	out := struct{ Tags []tagElement }{Tags: []tagElement{}}
	for _, key := range slices.Sorted(maps.Keys(found.Kept)) {
		out.Tags = append(out.Tags, tagElement{key, found.Kept[key]})
	}

	return out, nil
}
