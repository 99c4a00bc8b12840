package objectstore

import (
	"context"
	"encoding/xml"
	"fmt"

	"github.com/versity/versitygw/auth"
)

// AllowsOrigin reports whether the bucket's CORS configuration allows a page of this
// origin to send a request with this method. A bucket without a configuration, or a
// bucket that does not exist, allows none.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
func (s *Store) AllowsOrigin(ctx context.Context, bucket, origin, method string) bool {
	text, err := s.backend.GetBucketCors(ctx, bucket)
	if err != nil {
		return false
	}

	config, err := auth.ParseCORSOutput(text)
	if err != nil {
		return false
	}

	_, err = config.IsAllowed(origin, auth.CORSHTTPMethod(method), nil, "")

	return err == nil
}

// uploadsMaxAgeSeconds is part of the CORS rule that Terraform gives the uploads bucket
// (aws_s3_bucket_cors_configuration in terraform/storage.tf).
const uploadsMaxAgeSeconds = 3600

// AllowUploads sets the bucket's CORS configuration: pages of these origins may upload.
func (s *Store) AllowUploads(ctx context.Context, bucket string, origins []string) error {
	maxAge := int32(uploadsMaxAgeSeconds)
	rule := auth.CORSRule{
		AllowedMethods: []auth.CORSHTTPMethod{"PUT", "POST"},
		AllowedHeaders: []auth.CORSHeader{"*"},
		ExposeHeaders:  []auth.CORSHeader{"ETag", "x-amz-version-id"},
		MaxAgeSeconds:  &maxAge,
	}

	for _, origin := range origins {
		rule.AllowedOrigins = append(rule.AllowedOrigins, auth.CORSOrigin(origin))
	}

	config := auth.CORSConfiguration{Rules: []auth.CORSRule{rule}}
	if err := config.Validate(); err != nil {
		return fmt.Errorf("allow uploads to %s from other pages: %w", bucket, err)
	}

	text, err := xml.Marshal(config)
	if err != nil {
		return fmt.Errorf("allow uploads to %s from other pages: %w", bucket, err)
	}

	if err := s.backend.PutBucketCors(ctx, bucket, text); err != nil {
		return fmt.Errorf("allow uploads to %s from other pages: %w", bucket, err)
	}

	return nil
}
