package ssm_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"triptych/emulator/ssm"
)

// TestGetParametersByPath reads pages of parameters, and parameters by filters and tags.
func TestGetParametersByPath(t *testing.T) {
	_, c := open(t, filepath.Join(t.TempDir(), "state.db"), ssm.Config{})

	for _, name := range []string{"/a/1", "/a/2", "/a/b/3", "/ab/4", "plain"} {
		_, err := c.PutParameter(t.Context(), &client.PutParameterInput{
			Name: &name, Value: aws.String("v"), Type: types.ParameterTypeString, Description: aws.String("d"),
			Tags: []types.Tag{{Key: aws.String("name"), Value: &name}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}

	for _, test := range []struct {
		path      string
		recursive bool
		want      []string
	}{
		{"/a", false, []string{"/a/1", "/a/2"}},
		{"/a/", true, []string{"/a/1", "/a/2", "/a/b/3"}},
		{"/", true, []string{"/a/1", "/a/2", "/a/b/3", "/ab/4"}},
		{"/none", true, nil},
	} {
		var got []string

		pages := client.NewGetParametersByPathPaginator(c, &client.GetParametersByPathInput{Path: &test.path, Recursive: &test.recursive, MaxResults: aws.Int32(2)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}

			for _, one := range page.Parameters {
				got = append(got, *one.Name)
			}
		}

		if !slices.Equal(got, test.want) {
			t.Errorf("%s, recursive %v: %v, want %v", test.path, test.recursive, got, test.want)
		}
	}

	for key, test := range map[string]struct {
		option, value string
		want          int
	}{
		"Name": {"Contains", "a", 5}, "Path": {"Recursive", "/a", 3}, "tag:name": {"Equals", "plain", 1}, "Type": {"Equals", "SecureString", 0},
	} {
		out, err := c.DescribeParameters(t.Context(), &client.DescribeParametersInput{
			ParameterFilters: []types.ParameterStringFilter{{Key: &key, Option: &test.option, Values: []string{test.value}}},
		})
		if err != nil || len(out.Parameters) != test.want {
			t.Errorf("%s: %+v, %v, want %d", key, out, err, test.want)
		}
	}

	if _, err := c.DescribeParameters(t.Context(), &client.DescribeParametersInput{ParameterFilters: []types.ParameterStringFilter{{Key: aws.String("KeyId")}}}); err == nil {
		t.Error("a filter that is not supported is accepted")
	}

	// The tags and the description survive a new value, and end with the parameter.
	name := aws.String("/a/1")
	if _, err := c.PutParameter(t.Context(), &client.PutParameterInput{Name: name, Value: aws.String("w"), Overwrite: aws.Bool(true)}); err != nil {
		t.Fatal(err)
	}

	tags, err := c.ListTagsForResource(t.Context(), &client.ListTagsForResourceInput{ResourceId: name, ResourceType: types.ResourceTypeForTaggingParameter})
	if err != nil || len(tags.TagList) != 1 {
		t.Errorf("%+v, %v", tags, err)
	}

	if _, err := c.DeleteParameter(t.Context(), &client.DeleteParameterInput{Name: name}); err != nil {
		t.Fatal(err)
	}

	if _, err := c.DeleteParameter(t.Context(), &client.DeleteParameterInput{Name: name}); err == nil {
		t.Error("a deleted parameter was deleted again")
	}
}
