package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/s3err"

	"triptych/emulator/objectstore/link"
)

// makeBuckets creates the missing buckets, and configures all of them.
func makeBuckets(ctx context.Context, files backend.Backend, settings link.Settings) error {
	acl, err := json.Marshal(auth.ACL{Owner: settings.Account})
	if err != nil {
		return fmt.Errorf("write the buckets' ACL: %w", err)
	}

	for _, bucket := range settings.Buckets {
		input := &s3.CreateBucketInput{
			Bucket: &bucket.Name, ObjectOwnership: types.ObjectOwnershipBucketOwnerEnforced,
			CreateBucketConfiguration: &types.CreateBucketConfiguration{},
		}

		err := files.CreateBucket(ctx, input, acl)
		if err != nil && !alreadyThere(err) {
			return fmt.Errorf("make the bucket %s: %w", bucket.Name, err)
		}

		if err := clearLeftovers(bucket.Name); err != nil {
			return err
		}

		if bucket.Versioned {
			if err := files.PutBucketVersioning(ctx, bucket.Name, types.BucketVersioningStatusEnabled); err != nil {
				return fmt.Errorf("enable versioning of the bucket %s: %w", bucket.Name, err)
			}
		}

		if len(bucket.Tags) > 0 {
			if err := files.PutBucketTagging(ctx, bucket.Name, bucket.Tags); err != nil {
				return fmt.Errorf("tag the bucket %s: %w", bucket.Name, err)
			}
		}

		if len(bucket.UploadOrigins) > 0 {
			if err := allowUploads(ctx, files, bucket.Name, bucket.UploadOrigins); err != nil {
				return err
			}
		}
	}

	return nil
}

func alreadyThere(err error) bool {
	var failure s3err.S3Error

	return errors.As(err, &failure) && failure.StatusCode() == http.StatusConflict
}

// clearLeftovers removes the incomplete uploads that a killed process has left. It keeps
// the parts of multipart uploads, because clients continue those.
func clearLeftovers(bucket string) error {
	halves, err := filepath.Glob(filepath.Join(bucket, posix.MetaTmpDir, "*.*"))
	if err != nil {
		return fmt.Errorf("find incomplete uploads in %s: %w", bucket, err)
	}

	for _, half := range halves {
		if err := os.Remove(half); err != nil {
			return fmt.Errorf("remove an incomplete upload: %w", err)
		}
	}

	return nil
}
