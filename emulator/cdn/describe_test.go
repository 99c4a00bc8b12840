package cdn_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"triptych/emulator/cdn"
)

// TestAPI_distribution reads the distribution with AWS's own client.
func TestAPI_distribution(t *testing.T) {
	description := cdn.Description{
		ARN: "arn:aws:cloudfront::000000000000:distribution/E123", Stack: "holiday", DomainName: "127.0.0.1:8080", Account: "000000000000",
		Variants: "v", Uploads: "u", SignedViewing: true, Automatic: true, Tags: map[string]string{"k": "w"},
	}
	client := caller(t, &cdn.API{Distribution: distribution(t), Account: "000000000000", Description: description})

	got, err := client.GetDistribution(t.Context(), &cloudfront.GetDistributionInput{Id: aws.String("E123")})
	if err != nil {
		t.Fatal(err)
	}

	config := got.Distribution.DistributionConfig
	view, upload := config.DefaultCacheBehavior, config.CacheBehaviors.Items[0]

	if *got.Distribution.DomainName != "127.0.0.1:8080" || aws.ToString(got.ETag) == "" || *config.Comment != "Triptych: holiday" || !*config.Enabled {
		t.Errorf("%+v", got.Distribution)
	}

	if len(config.Origins.Items) != 2 || *config.Origins.Items[0].DomainName != "v.s3.us-east-1.amazonaws.com" {
		t.Errorf("the origins are %+v", config.Origins.Items)
	}

	if len(view.FunctionAssociations.Items) != 2 || !*view.TrustedKeyGroups.Enabled || len(view.AllowedMethods.CachedMethods.Items) != 2 {
		t.Errorf("the default behavior is %+v", view)
	}

	if *upload.PathPattern != "/-/upload/*" || len(upload.AllowedMethods.Items) != 7 || *upload.TrustedKeyGroups.Quantity != 1 {
		t.Errorf("the upload's behavior is %+v", upload)
	}

	list, err := client.ListDistributions(t.Context(), &cloudfront.ListDistributionsInput{})
	if err != nil || len(list.DistributionList.Items) != 1 || *list.DistributionList.Items[0].Id != "E123" {
		t.Errorf("%+v, %v", list, err)
	}

	if next, err := client.ListDistributions(t.Context(), &cloudfront.ListDistributionsInput{Marker: aws.String("E123")}); err != nil || len(next.DistributionList.Items) != 0 {
		t.Errorf("the next page: %+v, %v", next, err)
	}

	tags, err := client.ListTagsForResource(t.Context(), &cloudfront.ListTagsForResourceInput{Resource: &description.ARN})
	if err != nil || len(tags.Tags.Items) != 1 || *tags.Tags.Items[0].Value != "w" {
		t.Errorf("%+v, %v", tags, err)
	}

	if _, err := client.GetDistributionConfig(t.Context(), &cloudfront.GetDistributionConfigInput{Id: aws.String("none")}); err == nil {
		t.Error("another distribution is found")
	}
}
