package foreign

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
)

// distribution creates a distribution that accepts invalidations and serves no objects.
// MiniStack assigns its id, which replaces the planned one.
func (d *deployer) distribution(ctx context.Context) error {
	found, err := all[struct{ ID string }](d.Deployment, "aws_cloudfront_distribution")
	if err != nil {
		return err
	}

	for _, planned := range found {
		created, err := cloudfront.NewFromConfig(d.config).CreateDistribution(ctx, &cloudfront.CreateDistributionInput{
			DistributionConfig: &types.DistributionConfig{
				CallerReference: aws.String("triptych"), Comment: aws.String("Triptych"), Enabled: aws.Bool(true),
				Origins: &types.Origins{Quantity: aws.Int32(1), Items: []types.Origin{{
					Id: aws.String("variants"), DomainName: aws.String("variants.s3.us-east-1.amazonaws.com"),
					S3OriginConfig: &types.S3OriginConfig{OriginAccessIdentity: aws.String("")},
				}}},
				DefaultCacheBehavior: &types.DefaultCacheBehavior{
					TargetOriginId: aws.String("variants"), ViewerProtocolPolicy: types.ViewerProtocolPolicyHttpsOnly,
				},
			},
		})
		if err != nil {
			return fmt.Errorf("create the distribution: %w", err)
		}

		d.plannedDistribution, d.distributionID = planned.ID, aws.ToString(created.Distribution.Id)
	}

	return nil
}

// withDistribution returns a definition with the id of the distribution that was created.
func (d *deployer) withDistribution(definition string) string {
	if d.plannedDistribution == "" {
		return definition
	}

	return strings.ReplaceAll(definition, d.plannedDistribution, d.distributionID)
}
