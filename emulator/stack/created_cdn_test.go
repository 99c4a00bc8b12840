package stack

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// cloudfrontOf returns a client with the emulator's credentials.
func cloudfrontOf(s *Stack) *cloudfront.Client {
	return cloudfront.New(cloudfront.Options{
		Region: region, BaseEndpoint: &s.AWSURL, RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider(userKey, userSecret, ""),
	})
}

func codeOf(err error) string {
	if failure, ok := errors.AsType[smithy.APIError](err); ok {
		return failure.ErrorCode()
	}

	return ""
}

// parts are the resources that a distribution in a test refers to.
type parts struct{ access, cache, headers, key, group, function string }

const viewerCode = `function handler(event) { event.request.uri = event.request.uri.replace("/short/", "/long/"); return event.request; }`

// newParts creates the resources, in the order in which Terraform does.
func newParts(t *testing.T, c *cloudfront.Client) parts {
	t.Helper()

	var made parts

	access, err := c.CreateOriginAccessControl(t.Context(), &cloudfront.CreateOriginAccessControlInput{OriginAccessControlConfig: &types.OriginAccessControlConfig{
		Name: aws.String("access"), OriginAccessControlOriginType: types.OriginAccessControlOriginTypesS3,
		SigningBehavior: types.OriginAccessControlSigningBehaviorsAlways, SigningProtocol: types.OriginAccessControlSigningProtocolsSigv4,
	}})
	if err != nil {
		t.Fatal(err)
	}

	made.access = *access.OriginAccessControl.Id

	cache, err := c.CreateCachePolicy(t.Context(), &cloudfront.CreateCachePolicyInput{CachePolicyConfig: &types.CachePolicyConfig{Name: aws.String("cache"), MinTTL: aws.Int64(0)}})
	if err != nil {
		t.Fatal(err)
	}

	made.cache = *cache.CachePolicy.Id

	headers, err := c.CreateResponseHeadersPolicy(t.Context(), &cloudfront.CreateResponseHeadersPolicyInput{ResponseHeadersPolicyConfig: &types.ResponseHeadersPolicyConfig{
		Name: aws.String("headers"), SecurityHeadersConfig: &types.ResponseHeadersPolicySecurityHeadersConfig{
			ContentTypeOptions: &types.ResponseHeadersPolicyContentTypeOptions{Override: aws.Bool(true)},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}

	made.headers = *headers.ResponseHeadersPolicy.Id

	pem, err := os.ReadFile("../../terraform/examples/complete/signing-2026-01.pub.pem")
	if err != nil {
		t.Fatal(err)
	}

	key, err := c.CreatePublicKey(t.Context(), &cloudfront.CreatePublicKeyInput{PublicKeyConfig: &types.PublicKeyConfig{
		CallerReference: aws.String("r"), Name: aws.String("key"), EncodedKey: aws.String(string(pem)),
	}})
	if err != nil {
		t.Fatal(err)
	}

	made.key = *key.PublicKey.Id

	group, err := c.CreateKeyGroup(t.Context(), &cloudfront.CreateKeyGroupInput{KeyGroupConfig: &types.KeyGroupConfig{Name: aws.String("group"), Items: []string{made.key}}})
	if err != nil {
		t.Fatal(err)
	}

	made.group = *group.KeyGroup.Id

	function, err := c.CreateFunction(t.Context(), &cloudfront.CreateFunctionInput{
		Name: aws.String("viewer"), FunctionCode: []byte(viewerCode), FunctionConfig: &types.FunctionConfig{Comment: aws.String("c"), Runtime: types.FunctionRuntimeCloudfrontJs20},
	})
	if err != nil {
		t.Fatal(err)
	}

	made.function = *function.FunctionSummary.FunctionMetadata.FunctionARN

	return made
}

func (p parts) distribution(enabled bool) *types.DistributionConfig {
	return &types.DistributionConfig{
		CallerReference: aws.String("once"), Comment: aws.String("c"), Enabled: &enabled,
		Origins: &types.Origins{Quantity: aws.Int32(1), Items: []types.Origin{{
			Id: aws.String("b"), DomainName: aws.String("pages.s3.us-east-1.amazonaws.com"), OriginAccessControlId: &p.access,
			S3OriginConfig: &types.S3OriginConfig{OriginAccessIdentity: aws.String("")},
		}}},
		CacheBehaviors: &types.CacheBehaviors{Quantity: aws.Int32(1), Items: []types.CacheBehavior{{
			PathPattern: aws.String("/private/*"), TargetOriginId: aws.String("b"), ViewerProtocolPolicy: types.ViewerProtocolPolicyAllowAll, CachePolicyId: &p.cache,
			TrustedKeyGroups: &types.TrustedKeyGroups{Enabled: aws.Bool(true), Quantity: aws.Int32(1), Items: []string{p.group}},
		}}},
		DefaultCacheBehavior: &types.DefaultCacheBehavior{
			TargetOriginId: aws.String("b"), ViewerProtocolPolicy: types.ViewerProtocolPolicyAllowAll, CachePolicyId: &p.cache, ResponseHeadersPolicyId: &p.headers,
			FunctionAssociations: &types.FunctionAssociations{Quantity: aws.Int32(1), Items: []types.FunctionAssociation{{FunctionARN: &p.function, EventType: types.EventTypeViewerRequest}}},
		},
	}
}

// viewAs requests a path of a distribution from the CDN's port, by the distribution's name.
func viewAs(t *testing.T, s *Stack, domain, path string) (status int, body string, header http.Header) {
	t.Helper()

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.CDNURL+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}

	request.Host = domain

	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}

	defer response.Body.Close()

	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}

	return response.StatusCode, string(text), response.Header
}

// TestCloudFront_created creates a distribution with everything that it refers to, reads an
// object through it, changes it, and deletes everything again, with AWS's own client.
func TestCloudFront_created(t *testing.T) {
	s, _ := startForTest(t)
	c := cloudfrontOf(s)
	objects := s3.New(s3.Options{Region: region, BaseEndpoint: &s.AWSURL, UsePathStyle: true, Credentials: credentials.NewStaticCredentialsProvider(userKey, userSecret, "")})

	made := newParts(t, c)

	if _, err := c.CreateDistribution(t.Context(), &cloudfront.CreateDistributionInput{DistributionConfig: made.distribution(true)}); codeOf(err) != "InvalidFunctionAssociation" {
		t.Errorf("a function that is not published: %v", err)
	}

	described, err := c.DescribeFunction(t.Context(), &cloudfront.DescribeFunctionInput{Name: aws.String("viewer")})
	if err != nil {
		t.Fatal(err)
	}

	if _, err := c.PublishFunction(t.Context(), &cloudfront.PublishFunctionInput{Name: aws.String("viewer"), IfMatch: described.ETag}); err != nil {
		t.Fatal(err)
	}

	if code, err := c.GetFunction(t.Context(), &cloudfront.GetFunctionInput{Name: aws.String("viewer"), Stage: types.FunctionStageLive}); err != nil || string(code.FunctionCode) != viewerCode {
		t.Errorf("%+v, %v", code, err)
	}

	created, err := c.CreateDistributionWithTags(t.Context(), &cloudfront.CreateDistributionWithTagsInput{DistributionConfigWithTags: &types.DistributionConfigWithTags{
		DistributionConfig: made.distribution(true), Tags: &types.Tags{Items: []types.Tag{{Key: aws.String("k"), Value: aws.String("v & w")}}},
	}})
	if err != nil {
		t.Fatal(err)
	}

	id, arn, domain := *created.Distribution.Id, *created.Distribution.ARN, *created.Distribution.DomainName

	if config := created.Distribution.DistributionConfig; config.PriceClass != types.PriceClassPriceClassAll || *config.Logging.Enabled || *config.DefaultCacheBehavior.AllowedMethods.Quantity != 2 {
		t.Errorf("the defaults are missing: %+v", config)
	}

	// The bucket's policy lets only this distribution read.
	if _, err := objects.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("pages")}); err != nil {
		t.Fatal(err)
	}

	for _, key := range []string{"long/a.txt", "private/a.txt"} {
		if _, err := objects.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("pages"), Key: &key, Body: strings.NewReader("content")}); err != nil {
			t.Fatal(err)
		}
	}

	if status, _, _ := viewAs(t, s, domain, "/short/a.txt"); status != http.StatusNotFound {
		t.Errorf("without a policy of the bucket: %d", status)
	}

	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject",` +
		`"Resource":"arn:aws:s3:::pages/*","Condition":{"StringEquals":{"aws:SourceArn":"` + arn + `"}}}]}`
	if _, err := objects.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: aws.String("pages"), Policy: &policy}); err != nil {
		t.Fatal(err)
	}

	status, body, header := viewAs(t, s, domain, "/short/a.txt")
	if status != http.StatusOK || body != "content" || header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the distribution answers %d %q %v", status, body, header)
	}

	if status, body, _ := viewAs(t, s, domain, "/private/a.txt"); status != http.StatusForbidden || !strings.Contains(body, "MissingKey") {
		t.Errorf("without a signature: %d %q", status, body)
	}

	changeAndDelete(t, c, &made, id, arn)

	if status, _, _ := viewAs(t, s, domain, "/short/a.txt"); status == http.StatusOK {
		t.Error("a deleted distribution answers")
	}
}

// changeAndDelete changes and deletes a distribution and its parts.
func changeAndDelete(t *testing.T, c *cloudfront.Client, made *parts, id, arn string) {
	t.Helper()

	tags, err := c.ListTagsForResource(t.Context(), &cloudfront.ListTagsForResourceInput{Resource: &arn})
	if err != nil || *tags.Tags.Items[0].Value != "v & w" {
		t.Errorf("%+v, %v", tags, err)
	}

	if _, err := c.TagResource(t.Context(), &cloudfront.TagResourceInput{Resource: &arn, Tags: &types.Tags{Items: []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}}}}); err != nil {
		t.Error(err)
	}

	if _, err := c.UntagResource(t.Context(), &cloudfront.UntagResourceInput{Resource: &arn, TagKeys: &types.TagKeys{Items: []string{"k"}}}); err != nil {
		t.Error(err)
	}

	if tags, err := c.ListTagsForResource(t.Context(), &cloudfront.ListTagsForResourceInput{Resource: &arn}); err != nil || len(tags.Tags.Items) != 1 || *tags.Tags.Items[0].Key != "a" {
		t.Errorf("%+v, %v", tags, err)
	}

	batch := &types.InvalidationBatch{CallerReference: aws.String("i"), Paths: &types.Paths{Quantity: aws.Int32(1), Items: []string{"/a"}}}
	if one, err := c.CreateInvalidation(t.Context(), &cloudfront.CreateInvalidationInput{DistributionId: &id, InvalidationBatch: batch}); err != nil || !strings.Contains(*one.Location, id) {
		t.Errorf("%+v, %v", one, err)
	}

	if list, err := c.ListDistributions(t.Context(), &cloudfront.ListDistributionsInput{}); err != nil || *list.DistributionList.Quantity != 2 || *list.DistributionList.Items[1].Id != id {
		t.Errorf("%+v, %v", list, err)
	}

	got, err := c.GetDistribution(t.Context(), &cloudfront.GetDistributionInput{Id: &id})
	if err != nil {
		t.Fatal(err)
	}

	if _, err := c.DeleteDistribution(t.Context(), &cloudfront.DeleteDistributionInput{Id: &id, IfMatch: got.ETag}); codeOf(err) != "DistributionNotDisabled" {
		t.Errorf("an enabled distribution: %v", err)
	}

	if _, err := c.UpdateDistribution(t.Context(), &cloudfront.UpdateDistributionInput{Id: &id, IfMatch: aws.String("E0"), DistributionConfig: made.distribution(false)}); codeOf(err) != "PreconditionFailed" {
		t.Errorf("another ETag: %v", err)
	}

	policy, err := c.GetCachePolicy(t.Context(), &cloudfront.GetCachePolicyInput{Id: &made.cache})
	if err != nil {
		t.Fatal(err)
	}

	if _, err := c.DeleteCachePolicy(t.Context(), &cloudfront.DeleteCachePolicyInput{Id: &made.cache, IfMatch: policy.ETag}); codeOf(err) != "CachePolicyInUse" {
		t.Errorf("a policy in use: %v", err)
	}

	updated, err := c.UpdateDistribution(t.Context(), &cloudfront.UpdateDistributionInput{Id: &id, IfMatch: got.ETag, DistributionConfig: made.distribution(false)})
	if err != nil {
		t.Fatal(err)
	}

	if _, err := c.DeleteDistribution(t.Context(), &cloudfront.DeleteDistributionInput{Id: &id, IfMatch: updated.ETag}); err != nil {
		t.Fatal(err)
	}

	if _, err := c.DeleteCachePolicy(t.Context(), &cloudfront.DeleteCachePolicyInput{Id: &made.cache, IfMatch: policy.ETag}); err != nil {
		t.Error(err)
	}

	if keys, err := c.ListPublicKeys(t.Context(), &cloudfront.ListPublicKeysInput{}); err != nil || *keys.PublicKeyList.Items[0].Name != "key" {
		t.Errorf("%+v, %v", keys, err)
	}

	key, err := c.GetPublicKey(t.Context(), &cloudfront.GetPublicKeyInput{Id: &made.key})
	if err != nil {
		t.Fatal(err)
	}

	if _, err := c.DeletePublicKey(t.Context(), &cloudfront.DeletePublicKeyInput{Id: &made.key, IfMatch: key.ETag}); codeOf(err) != "PublicKeyInUse" {
		t.Errorf("a key in use: %v", err)
	}
}
