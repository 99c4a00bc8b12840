package objectstore_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// TestDeleteObjects_quiet checks that DeleteObjects in its quiet mode lists only the
// objects that it could not delete, and that it deletes the others.
func TestDeleteObjects_quiet(t *testing.T) {
	l := newFixture(t)

	for _, asked := range []*bool{nil, aws.Bool(false), aws.Bool(true)} {
		l.put(variants, "k", "x")

		out, err := l.client.DeleteObjects(t.Context(), &s3.DeleteObjectsInput{
			Bucket: aws.String(variants),
			Delete: &types.Delete{Quiet: asked, Objects: []types.ObjectIdentifier{
				{Key: aws.String("k")}, {Key: aws.String("a"), VersionId: aws.String("no-version")},
			}},
		})
		if err != nil {
			t.Fatal(err)
		}

		deleted := 1
		if aws.ToBool(asked) {
			deleted = 0
		}

		if len(out.Deleted) != deleted || len(out.Errors) != 1 || aws.ToString(out.Errors[0].Key) != "a" {
			t.Errorf("quiet %v: deleted %v, errors %v; want %d deleted, and an error for a", aws.ToBool(asked), out.Deleted, out.Errors, deleted)
		}

		_, err = l.client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(variants), Key: aws.String("k")})
		if got := code(err); got != "NotFound" {
			t.Errorf("quiet %v: the object still exists (%s)", aws.ToBool(asked), got)
		}
	}
}
