package dynamodb

import (
	"context"
	"maps"
	"slices"
)

type tag struct{ Key, Value string }

type resourceInput struct {
	ResourceArn string
	Tags        []tag
	TagKeys     []string
}

type tagsOutput struct{ Tags []tag }

func tagMap(tags []tag) map[string]string {
	values := map[string]string{}
	for _, one := range tags {
		values[one.Key] = one.Value
	}

	return values
}

// listTagsOfResource answers ListTagsOfResource.
func (s *Service) listTagsOfResource(ctx context.Context, in resourceInput) (tagsOutput, error) {
	out := tagsOutput{Tags: []tag{}}

	t, err := s.tableFor(ctx, "ListTagsOfResource", in.ResourceArn, "")
	if err != nil {
		return out, err
	}

	for _, key := range slices.Sorted(maps.Keys(t.settings.Tags)) {
		out.Tags = append(out.Tags, tag{key, t.settings.Tags[key]})
	}

	return out, nil
}

func (s *Service) changeTags(ctx context.Context, action, arn string, change func(map[string]string)) error {
	t, err := s.changeable(ctx, action, arn)
	if err != nil {
		return err
	}

	changed := t.settings
	if changed.Tags = maps.Clone(changed.Tags); changed.Tags == nil {
		changed.Tags = map[string]string{}
	}

	change(changed.Tags)

	return s.save(t, t.Table, changed)
}

func (s *Service) tagResource(ctx context.Context, in resourceInput) (struct{}, error) {
	return struct{}{}, s.changeTags(ctx, "TagResource", in.ResourceArn, func(tags map[string]string) { maps.Copy(tags, tagMap(in.Tags)) })
}

func (s *Service) untagResource(ctx context.Context, in resourceInput) (struct{}, error) {
	return struct{}{}, s.changeTags(ctx, "UntagResource", in.ResourceArn, func(tags map[string]string) {
		maps.DeleteFunc(tags, func(key, _ string) bool { return slices.Contains(in.TagKeys, key) })
	})
}
