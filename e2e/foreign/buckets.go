package foreign

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// bucket is a planned bucket.
type bucket struct {
	Bucket string `json:"bucket"`
}

func (d *deployer) buckets(ctx context.Context) error {
	found, err := all[bucket](d.Deployment, "aws_s3_bucket")
	if err != nil {
		return err
	}

	type notification struct {
		EventBridge bool `json:"eventbridge"`
	}

	notifications, err := all[notification](d.Deployment, "aws_s3_bucket_notification")
	if err != nil {
		return err
	}

	type versioning struct {
		Configuration []struct{ Status string } `json:"versioning_configuration"`
	}

	versioned, err := all[versioning](d.Deployment, "aws_s3_bucket_versioning")
	if err != nil {
		return err
	}

	client := s3.NewFromConfig(d.config, func(o *s3.Options) { o.UsePathStyle = true })

	for key, b := range found {
		if _, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &b.Bucket}); err != nil {
			return fmt.Errorf("create the bucket %s: %w", b.Bucket, err)
		}

		for _, v := range versioned[key].Configuration {
			_, err := client.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{
				Bucket:                  &b.Bucket,
				VersioningConfiguration: &s3types.VersioningConfiguration{Status: s3types.BucketVersioningStatus(v.Status)},
			})
			if err != nil {
				return fmt.Errorf("version the bucket %s: %w", b.Bucket, err)
			}
		}

		if !notifications[key].EventBridge {
			continue
		}

		_, err := client.PutBucketNotificationConfiguration(ctx, &s3.PutBucketNotificationConfigurationInput{
			Bucket:                    &b.Bucket,
			NotificationConfiguration: &s3types.NotificationConfiguration{EventBridgeConfiguration: &s3types.EventBridgeConfiguration{}},
		})
		if err != nil {
			return fmt.Errorf("send the events of the bucket %s: %w", b.Bucket, err)
		}
	}

	return nil
}
