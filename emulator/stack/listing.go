package stack

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/emulator/iam"
	"triptych/emulator/stepfunctions"
	"triptych/emulator/stepfunctions/asl"
)

// listed is an object as an item of a Map over a bucket listing.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html#itemsource-example-s3-object-data
type listed struct {
	ETag         string `json:"Etag"`
	Key          string
	LastModified int64 // Seconds since 1970.
	Size         int64
	StorageClass string
}

// listing reads a bucket for the state machines, under their roles: with signed calls, as
// Step Functions does.
func listing(n names, who identities, awsURL string) stepfunctions.Reader {
	return func(ctx context.Context, roleARN string, read asl.Read) (asl.Page, error) {
		// Permissions that the role needs for a Map Run in addition to the listing.
		// https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
		ctx = who.asMachine(ctx, roleARN)
		for action, resource := range map[string]string{
			"states:StartExecution":    n.backfillARN(),
			"states:DescribeExecution": stepfunctions.ExecutionARN(region, account, n.backfill()+"/originals", "any"),
		} {
			if err := iam.Check(ctx, action, resource); err != nil {
				return asl.Page{}, fmt.Errorf("run the Map: %w", err)
			}
		}

		var arguments struct{ Bucket, Prefix string }
		if err := json.Unmarshal(read.Arguments, &arguments); err != nil {
			return asl.Page{}, fmt.Errorf("read the Arguments of listObjectsV2: %w", err)
		}

		in := &s3.ListObjectsV2Input{Bucket: &arguments.Bucket, Prefix: &arguments.Prefix, MaxKeys: aws.Int32(int32(read.Limit))} //nolint:gosec // At most 1,000.
		if read.Token != "" {
			in.ContinuationToken = &read.Token
		}

		out, err := s3Of(who.machines[roleARN], awsURL).ListObjectsV2(ctx, in)
		if err != nil {
			return asl.Page{}, fmt.Errorf("list %s: %w", arguments.Bucket, err)
		}

		return pageOf(out)
	}
}

// s3Of returns an S3 client for a role. A role that the emulator does not know acts as
// the emulator's user.
func s3Of(role *iam.Principal, awsURL string) *s3.Client {
	access, secret := userKey, userSecret
	if role != nil {
		access, secret = role.AccessKey, role.SecretKey
	}

	return s3.New(s3.Options{
		Region: region, BaseEndpoint: &awsURL, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(access, secret, ""),
	})
}

func pageOf(out *s3.ListObjectsV2Output) (asl.Page, error) {
	page := asl.Page{Next: aws.ToString(out.NextContinuationToken)}

	for _, object := range out.Contents {
		item, err := json.Marshal(listed{
			ETag: aws.ToString(object.ETag), Key: aws.ToString(object.Key), LastModified: aws.ToTime(object.LastModified).Unix(),
			Size: aws.ToInt64(object.Size), StorageClass: string(object.StorageClass),
		})
		if err != nil {
			return asl.Page{}, fmt.Errorf("render a listed object: %w", err)
		}

		page.Items = append(page.Items, item)
	}

	return page, nil
}
