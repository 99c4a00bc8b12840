package ssm

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
)

// Limits of lists.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
const (
	maxByPath    = 10
	maxDescribed = 50
)

// filter is a ParameterStringFilter.
type filter struct {
	Key    string
	Option string
	Values []string
}

type byPathInput struct {
	Path             string
	Recursive        bool
	ParameterFilters []filter
	MaxResults       *int
	NextToken        string
}

type byPathOutput struct {
	Parameters []parameter
	NextToken  string `json:",omitempty"`
}

// getParametersByPath answers GetParametersByPath. The token of the next page is the last
// name of this page.
func (s *Service) getParametersByPath(ctx context.Context, in byPathInput) (byPathOutput, error) {
	if !strings.HasPrefix(in.Path, "/") {
		return byPathOutput{}, validation("The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash \"/\".")
	}

	if err := s.authorize(ctx, "ssm:GetParametersByPath", s.arn(in.Path)); err != nil {
		return byPathOutput{}, err
	}

	prefix := strings.TrimSuffix(in.Path, "/") + "/"

	for i := range in.ParameterFilters {
		if in.ParameterFilters[i].Key == "Name" || in.ParameterFilters[i].Key == "Path" {
			return byPathOutput{}, invalidFilter(in.ParameterFilters[i].Key)
		}
	}

	names, next, err := s.page(in.MaxResults, maxByPath, in.NextToken, in.ParameterFilters, func(name string) bool {
		rest, found := strings.CutPrefix(name, prefix)

		return found && (in.Recursive || !strings.Contains(rest, "/"))
	})
	if err != nil {
		return byPathOutput{}, err
	}

	out := byPathOutput{Parameters: []parameter{}, NextToken: next}

	for _, name := range names {
		found, err := s.find(name, "")
		if err != nil {
			return byPathOutput{}, err
		}

		if found != nil {
			out.Parameters = append(out.Parameters, *found)
		}
	}

	return out, nil
}

type describeInput struct {
	ParameterFilters []filter
	Filters          []struct{}
	MaxResults       *int
	NextToken        string
}

type describeOutput struct {
	Parameters []metadata
	NextToken  string `json:",omitempty"`
}

// metadata is a parameter without its value.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterMetadata.html
type metadata struct {
	ARN              string
	DataType         string
	Description      string  `json:",omitempty"`
	LastModifiedDate float64 // seconds since 1970
	LastModifiedUser string
	Name             string
	Policies         []struct{}
	Tier             string
	Type             string
	Version          int64
}

// describeParameters answers DescribeParameters.
func (s *Service) describeParameters(ctx context.Context, in describeInput) (describeOutput, error) {
	if err := s.authorize(ctx, "ssm:DescribeParameters", "*"); err != nil {
		return describeOutput{}, err
	}

	if len(in.Filters) > 0 {
		return describeOutput{}, validation("the emulator's Parameter Store supports ParameterFilters, not the older Filters")
	}

	names, next, err := s.page(in.MaxResults, maxDescribed, in.NextToken, in.ParameterFilters, func(string) bool { return true })
	if err != nil {
		return describeOutput{}, err
	}

	out := describeOutput{Parameters: []metadata{}, NextToken: next}

	for _, name := range names {
		found, err := s.get(name)
		if err != nil {
			return describeOutput{}, err
		}

		if found == nil {
			continue
		}

		out.Parameters = append(out.Parameters, metadata{
			ARN: s.arn(name), DataType: "text", Description: found.Description, LastModifiedDate: float64(found.Modified.UnixMilli()) / 1000,
			LastModifiedUser: "arn:aws:iam::" + s.account + ":root", Name: name, Policies: []struct{}{}, Tier: "Standard", Type: typeString, Version: found.Version,
		})
	}

	return out, nil
}

// page returns the names of a page of parameters, and the token of the next page.
func (s *Service) page(given *int, most int, after string, filters []filter, wanted func(name string) bool) ([]string, string, error) {
	limit := most

	if given != nil {
		if limit = *given; limit < 1 || limit > most {
			return nil, "", validation("1 validation error detected: Value '%d' at 'maxResults' failed to satisfy constraint: "+
				"Member must have value between 1 and %d", limit, most)
		}
	}

	for i := range filters {
		if err := filters[i].check(); err != nil {
			return nil, "", err
		}
	}

	var names []string

	more := false

	err := s.db.View(func(tx *bolt.Tx) error {
		cursor := tx.Bucket([]byte(bucketName)).Cursor()

		for key, value := cursor.Seek([]byte(after)); key != nil; key, value = cursor.Next() {
			name := string(key)

			var found stored
			if err := json.Unmarshal(value, &found); err != nil {
				return fmt.Errorf("decode parameter %s: %w", name, err)
			}

			excluded := slices.ContainsFunc(filters, func(f filter) bool { return !f.matches(name, &found) })
			if after != "" && name <= after || !wanted(name) || excluded {
				continue
			}

			if len(names) == limit {
				more = true

				return nil
			}

			names = append(names, name)
		}

		return nil
	})
	if err != nil || !more {
		return names, "", err
	}

	return names, names[limit-1], nil
}

func invalidFilter(key string) error {
	return awsapi.Errorf("InvalidFilterKey", "The filter key %s is not valid, or the emulator's Parameter Store does not support it.", key)
}

func (f filter) check() error {
	options := map[string][]string{
		"Name": {"", "Equals", "BeginsWith", "Contains"}, "Path": {"", "Recursive", "OneLevel"}, "Type": {"", "Equals"}, "Tier": {"", "Equals"}, "DataType": {"", "Equals"},
	}

	known, supported := options[f.Key]
	tag := strings.HasPrefix(f.Key, "tag:")

	switch {
	case !supported && !tag:
		return invalidFilter(f.Key)
	case supported && !slices.Contains(known, f.Option), tag && f.Option != "" && f.Option != "Equals":
		return awsapi.Errorf("InvalidFilterOption", "The filter option %s is not valid for the key %s.", f.Option, f.Key)
	case len(f.Values) == 0 && !tag:
		return awsapi.Errorf("InvalidFilterValue", "The filter value is not valid: the key %s needs a value.", f.Key)
	default:
		return nil
	}
}

// matches reports whether a parameter matches one of the filter's values.
func (f filter) matches(name string, found *stored) bool {
	if key, isTag := strings.CutPrefix(f.Key, "tag:"); isTag {
		value, has := found.Tags[key]

		return has && (len(f.Values) == 0 || slices.Contains(f.Values, value))
	}

	return slices.ContainsFunc(f.Values, func(value string) bool {
		switch {
		case f.Key == "Type":
			return value == typeString
		case f.Key == "Tier":
			return value == "Standard"
		case f.Key == "DataType":
			return value == "text"
		case f.Key == "Path":
			rest, below := strings.CutPrefix(name, strings.TrimSuffix(value, "/")+"/")

			return below && (f.Option == "Recursive" || !strings.Contains(rest, "/"))
		case f.Option == "BeginsWith":
			return strings.HasPrefix(name, value)
		case f.Option == "Contains":
			return strings.Contains(name, value)
		default:
			return name == value
		}
	})
}
