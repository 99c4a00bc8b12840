package logs

import (
	"context"
	"maps"
	"slices"
)

type tagInput struct {
	groupInput

	Tags    map[string]string `json:"tags"`
	TagKeys []string          `json:"tagKeys"`
}

func (s *Service) tagResource(ctx context.Context, in tagInput) (struct{}, error) {
	return struct{}{}, s.change(ctx, "TagResource", in.groupInput, func(g *Group) {
		if g.Tags == nil {
			g.Tags = map[string]string{}
		}

		maps.Copy(g.Tags, in.Tags)
	})
}

func (s *Service) untagResource(ctx context.Context, in tagInput) (struct{}, error) {
	return struct{}{}, s.change(ctx, "UntagResource", in.groupInput, func(g *Group) {
		maps.DeleteFunc(g.Tags, func(key, _ string) bool { return slices.Contains(in.TagKeys, key) })
	})
}

func (s *Service) listTagsForResource(ctx context.Context, in groupInput) (tagsOutput, error) {
	g, err := s.find(ctx, "ListTagsForResource", in)
	if err != nil {
		return tagsOutput{}, err
	}

	return tagsOutput{g.Tags}, nil
}

type tagsOutput struct {
	Tags map[string]string `json:"tags"`
}
