package sns

import (
	"context"
	"maps"
	"slices"

	"triptych/emulator/awsapi"
)

// maxTags is how many tags a topic has at most.
// https://docs.aws.amazon.com/sns/latest/dg/sns-tags.html
const maxTags = 50

// tagsOf returns the tags of a request.
func tagsOf(in awsapi.Parameters) (map[string]string, error) {
	tags := map[string]string{}

	for _, one := range in.Structures("Tags") {
		if one.Text("Key") == "" {
			return nil, invalid("Tags Reason: a key is empty")
		}

		tags[one.Text("Key")] = one.Text("Value")
	}

	return tags, nil
}

// tag adds tags to a topic.
// https://docs.aws.amazon.com/sns/latest/api/API_TagResource.html
func (s *Service) tag(ctx context.Context, in awsapi.Parameters) (any, error) {
	tags, err := tagsOf(in)
	if err != nil {
		return nil, err
	}

	err = s.change(ctx, "TagResource", in.Text("ResourceArn"), func(t *topic) error {
		maps.Copy(t.Tags, tags)

		if len(t.Tags) > maxTags {
			return awsapi.Errorf("TagLimitExceeded", "Could not complete request: tag quota of per resource exceeded")
		}

		return nil
	})

	return struct{}{}, asResource(err)
}

// untag removes tags from a topic.
// https://docs.aws.amazon.com/sns/latest/api/API_UntagResource.html
func (s *Service) untag(ctx context.Context, in awsapi.Parameters) (any, error) {
	err := s.change(ctx, "UntagResource", in.Text("ResourceArn"), func(t *topic) error {
		for _, key := range in.List("TagKeys") {
			delete(t.Tags, key)
		}

		return nil
	})

	return struct{}{}, asResource(err)
}

type listedTag struct{ Key, Value string }

// listTags lists the tags of a topic.
// https://docs.aws.amazon.com/sns/latest/api/API_ListTagsForResource.html
func (s *Service) listTags(ctx context.Context, in awsapi.Parameters) (any, error) {
	arn := in.Text("ResourceArn")
	if err := s.config.Authorize(ctx, "sns:ListTagsForResource", arn); err != nil {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	found, err := s.find(arn)
	if err != nil {
		return nil, asResource(err)
	}

	var out struct{ Tags awsapi.Members[listedTag] }
	for _, key := range slices.Sorted(maps.Keys(found.Tags)) {
		out.Tags.Member = append(out.Tags.Member, listedTag{key, found.Tags[key]})
	}

	return out, nil
}

// asResource words an error of find as the operations on tags do.
func asResource(err error) error {
	if failure, ok := err.(*awsapi.Error); ok && failure.Code == "NotFound" { //nolint:errorlint // find does not wrap it.
		return &awsapi.Error{Code: "ResourceNotFound", Message: "Resource does not exist", Status: failure.Status}
	}

	return err
}
