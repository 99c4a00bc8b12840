package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"triptych/shared/errorcode"
	"triptych/shared/purge"
)

// cdn is one distribution of CloudFront, as a [purge.CDN].
type cdn struct {
	client       *cloudfront.Client
	distribution string
}

// Invalidate implements [purge.CDN].
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
func (c cdn) Invalidate(ctx context.Context, reference string, paths []string) error {
	_, err := c.client.CreateInvalidation(ctx, &cloudfront.CreateInvalidationInput{
		DistributionId: &c.distribution,
		InvalidationBatch: &types.InvalidationBatch{
			CallerReference: &reference,
			Paths:           &types.Paths{Quantity: aws.Int32(int32(len(paths))), Items: paths}, //nolint:gosec // at most 10: purge.maxPaths
		},
	})

	if _, busy := errors.AsType[*types.TooManyInvalidationsInProgress](err); busy {
		return fmt.Errorf("invalidate %d paths of %s: %w", len(paths), c.distribution, purge.ErrBusy)
	}

	return errorcode.FromAWS(err, "invalidate %d paths of %s", len(paths), c.distribution)
}
