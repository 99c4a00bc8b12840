package server

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/versity/versitygw/s3response"
)

// ListObjectsV2 implements [backend.Backend]. It reports a continuation token only if the
// request named it (S3 API Reference, ListObjectsV2, ContinuationToken).
func (o *decorator) ListObjectsV2(ctx context.Context, in *s3.ListObjectsV2Input) (s3response.ListObjectsV2Result, error) {
	out, err := o.Backend.ListObjectsV2(ctx, in)
	if err != nil {
		return out, err
	}

	if aws.ToString(in.ContinuationToken) == "" {
		out.ContinuationToken = nil
	}

	return out, nil
}

// ListObjectVersions implements [backend.Backend]. It reports the owner of each version,
// which is the bucket's owner (S3 API Reference, ListObjectVersions, Owner).
func (o *decorator) ListObjectVersions(ctx context.Context, in *s3.ListObjectVersionsInput) (s3response.ListVersionsResult, error) {
	out, err := o.Backend.ListObjectVersions(ctx, in)
	if err != nil {
		return out, err
	}

	for i := range out.Versions {
		out.Versions[i].Owner = owner()
	}

	for i := range out.DeleteMarkers {
		out.DeleteMarkers[i].Owner = owner()
	}

	return out, nil
}

// ownerID is the canonical user id of the emulator's account, 64 hexadecimal digits.
const ownerID = "0000000000000000000000000000000000000000000000000000000000000000"

func owner() *types.Owner { return &types.Owner{ID: aws.String(ownerID)} }
