package resources

import (
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strings"
)

type tagList struct {
	Tags []struct{ Key, Value string } `xml:"Items>Tag"`
}

// readTagged reads a DistributionConfig, or one with tags.
func readTagged(body []byte, with bool) (inner string, tags map[string]string, err error) {
	if !with {
		inner, err = element(body, "DistributionConfig")

		return inner, nil, err
	}

	var in struct {
		XMLName xml.Name
		Config  struct {
			Inner string `xml:",innerxml"`
		} `xml:"DistributionConfig"`
		Tags tagList
	}

	if err := xml.Unmarshal(body, &in); err != nil {
		return "", nil, malformed(err)
	}

	if in.XMLName.Local != "DistributionConfigWithTags" {
		return "", nil, failure("MalformedInput", http.StatusBadRequest, "The request is a %s, want a DistributionConfigWithTags", in.XMLName.Local)
	}

	return in.Config.Inner, in.Tags.values(), nil
}

func (l tagList) values() map[string]string {
	values := map[string]string{}
	for _, one := range l.Tags {
		values[one.Key] = one.Value
	}

	return values
}

// tagged returns the distribution with an ARN.
func (s *Service) tagged(r *http.Request) (*resource, error) {
	arn := r.URL.Query().Get("Resource")
	id, ours := strings.CutPrefix(arn, s.arn("distribution", ""))

	if !ours {
		return nil, failure("NoSuchResource", http.StatusNotFound, "The specified resource does not exist: %s", arn)
	}

	found, err := s.find(distributions, id)
	if err != nil {
		return nil, failure("NoSuchResource", http.StatusNotFound, "The specified resource does not exist: %s", arn)
	}

	return found, nil
}

// changeTags answers TagResource and UntagResource.
func (s *Service) changeTags(r *http.Request, _ string, body []byte) (*answer, error) {
	found, err := s.tagged(r)
	if err != nil {
		return nil, err
	}

	changed := *found
	if changed.Tags = maps.Clone(found.Tags); changed.Tags == nil {
		changed.Tags = map[string]string{}
	}

	if r.URL.Query().Get("Operation") == "Untag" {
		var in struct {
			Keys []string `xml:"Items>Key"`
		}

		if err := xml.Unmarshal(body, &in); err != nil {
			return nil, malformed(err)
		}

		for _, one := range in.Keys {
			delete(changed.Tags, one)
		}
	} else {
		var in tagList
		if err := xml.Unmarshal(body, &in); err != nil {
			return nil, malformed(err)
		}

		maps.Copy(changed.Tags, in.values())
	}

	return &answer{status: http.StatusNoContent}, s.put(&changed)
}

// listTags answers ListTagsForResource.
func (s *Service) listTags(r *http.Request, _ string, _ []byte) (*answer, error) {
	found, err := s.tagged(r)
	if err != nil {
		return nil, err
	}

	var inner strings.Builder
	for _, one := range slices.Sorted(maps.Keys(found.Tags)) {
		inner.WriteString(wrap("Tag", wrap("Key", escape(one))+wrap("Value", escape(found.Tags[one]))))
	}

	body, err := encode("Tags", wrap("Items", inner.String()))

	return &answer{status: http.StatusOK, body: body}, err
}

// escape returns a text as XML.
func escape(text string) string {
	var out strings.Builder

	_ = xml.EscapeText(&out, []byte(text)) // A Builder does not fail.

	return out.String()
}
