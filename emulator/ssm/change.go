package ssm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	bolt "go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
)

// tag is a tag in the API's shape.
type tag struct{ Key, Value string }

func tagMap(tags []tag) map[string]string {
	values := map[string]string{}
	for _, one := range tags {
		values[one.Key] = one.Value
	}

	return values
}

type nameInput struct{ Name string }

// deleteParameter answers DeleteParameter.
func (s *Service) deleteParameter(ctx context.Context, in nameInput) (struct{}, error) {
	if in.Name == "" {
		return struct{}{}, nullName()
	}

	name := s.nameOf(in.Name)
	if err := s.authorize(ctx, "ssm:DeleteParameter", s.arn(name)); err != nil {
		return struct{}{}, err
	}

	found, err := s.remove(name)
	if err == nil && !found {
		err = awsapi.Errorf("ParameterNotFound", "")
	}

	return struct{}{}, err
}

type deleteParametersOutput struct{ DeletedParameters, InvalidParameters []string }

// deleteParameters answers DeleteParameters.
func (s *Service) deleteParameters(ctx context.Context, in getParametersInput) (deleteParametersOutput, error) {
	if len(in.Names) == 0 || len(in.Names) > maxNames {
		return deleteParametersOutput{}, validation("1 validation error detected: Value at 'names' failed to satisfy constraint: "+
			"Member must have length between 1 and %d", maxNames)
	}

	out := deleteParametersOutput{[]string{}, []string{}}

	for _, given := range in.Names {
		name := s.nameOf(given)
		if err := s.authorize(ctx, "ssm:DeleteParameters", s.arn(name)); err != nil {
			return out, err
		}

		found, err := s.remove(name)

		switch {
		case err != nil:
			return out, err
		case found:
			out.DeletedParameters = append(out.DeletedParameters, given)
		default:
			out.InvalidParameters = append(out.InvalidParameters, given)
		}
	}

	return out, nil
}

func (s *Service) remove(name string) (found bool, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		parameters := tx.Bucket([]byte(bucketName))
		found = parameters.Get([]byte(name)) != nil

		return parameters.Delete([]byte(name))
	})
	if err != nil {
		return false, fmt.Errorf("delete parameter %s: %w", name, err)
	}

	return found, nil
}

type resourceInput struct {
	ResourceType string
	ResourceID   string `json:"ResourceId"`
	Tags         []tag
	TagKeys      []string
}

type tagsOutput struct{ TagList []tag }

// change authorizes an action on a parameter's tags, and changes them; a nil change only
// reads them.
func (s *Service) changeTags(ctx context.Context, action string, in resourceInput, change func(tags map[string]string)) (tags map[string]string, err error) {
	name := s.nameOf(in.ResourceID)
	if err := s.authorize(ctx, "ssm:"+action, s.arn(name)); err != nil {
		return nil, err
	}

	if in.ResourceType != "Parameter" {
		return nil, awsapi.Errorf("InvalidResourceType", "the emulator's Systems Manager has tags of the resource type Parameter only")
	}

	err = s.db.Update(func(tx *bolt.Tx) error {
		found, err := load(tx, name)
		if err != nil {
			return err
		}

		if found == nil {
			return awsapi.Errorf("InvalidResourceId", "The resource ID is not valid. Verify that you entered the correct ID and try again.")
		}

		if tags = found.Tags; change == nil {
			return errUnchanged
		}

		if tags == nil {
			tags = map[string]string{}
		}

		change(tags)

		found.Tags = tags

		encoded, err := json.Marshal(found)
		if err != nil {
			return fmt.Errorf("encode parameter %s: %w", name, err)
		}

		return tx.Bucket([]byte(bucketName)).Put([]byte(name), encoded)
	})
	if errors.Is(err, errUnchanged) {
		err = nil
	}

	return tags, err
}

// addTagsToResource answers AddTagsToResource.
func (s *Service) addTagsToResource(ctx context.Context, in resourceInput) (struct{}, error) {
	_, err := s.changeTags(ctx, "AddTagsToResource", in, func(tags map[string]string) { maps.Copy(tags, tagMap(in.Tags)) })

	return struct{}{}, err
}

// removeTagsFromResource answers RemoveTagsFromResource.
func (s *Service) removeTagsFromResource(ctx context.Context, in resourceInput) (struct{}, error) {
	_, err := s.changeTags(ctx, "RemoveTagsFromResource", in, func(tags map[string]string) {
		maps.DeleteFunc(tags, func(key, _ string) bool { return slices.Contains(in.TagKeys, key) })
	})

	return struct{}{}, err
}

// listTagsForResource answers ListTagsForResource.
func (s *Service) listTagsForResource(ctx context.Context, in resourceInput) (tagsOutput, error) {
	tags, err := s.changeTags(ctx, "ListTagsForResource", in, nil)
	out := tagsOutput{TagList: []tag{}}

	for _, key := range slices.Sorted(maps.Keys(tags)) {
		out.TagList = append(out.TagList, tag{key, tags[key]})
	}

	return out, err
}
