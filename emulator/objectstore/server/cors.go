package server

import (
	"context"
	"encoding/xml"
	"fmt"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend"
)

// uploadsMaxAgeSeconds is part of the CORS rule that Terraform gives the uploads bucket
// (aws_s3_bucket_cors_configuration in terraform/storage.tf).
const uploadsMaxAgeSeconds = 3600

// allowUploads sets the bucket's CORS configuration: pages of these origins may upload.
func allowUploads(ctx context.Context, files backend.Backend, bucket string, origins []string) error {
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

	if err := files.PutBucketCors(ctx, bucket, text); err != nil {
		return fmt.Errorf("allow uploads to %s from other pages: %w", bucket, err)
	}

	return nil
}
