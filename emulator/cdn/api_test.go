package cdn_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/smithy-go"

	"triptych/emulator/awsapi"
	"triptych/emulator/cdn"
)

// caller returns AWS's own client of the API.
func caller(t *testing.T, api *cdn.API) *cloudfront.Client {
	t.Helper()

	server := httptest.NewServer(api)
	t.Cleanup(server.Close)

	return cloudfront.New(cloudfront.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
}

func create(t *testing.T, client *cloudfront.Client, distribution, reference string, paths ...string) (*types.Invalidation, error) {
	t.Helper()

	out, err := client.CreateInvalidation(t.Context(), &cloudfront.CreateInvalidationInput{
		DistributionId: &distribution,
		InvalidationBatch: &types.InvalidationBatch{
			CallerReference: &reference, Paths: &types.Paths{Quantity: aws.Int32(int32(len(paths))), Items: paths},
		},
	})
	if err != nil {
		return nil, err
	}

	return out.Invalidation, nil
}

func TestAPI_invalidations(t *testing.T) {
	now := time.Unix(1e9, 0)
	client := caller(t, &cdn.API{Distribution: distributionAt(t, func() time.Time { return now })})

	first, err := create(t, client, "E123", "r0", "/a%20b/-/*", "/c")
	if err != nil || aws.ToString(first.Status) != "InProgress" {
		t.Fatalf("%+v, %v", first, err)
	}

	for i := range 4 {
		now = now.Add(time.Second)

		if _, err := create(t, client, "E123", fmt.Sprintf("r%d", i+1), "/a"); err != nil {
			t.Fatal(err)
		}
	}

	now = now.Add(7 * time.Second)

	got, err := client.GetInvalidation(t.Context(), &cloudfront.GetInvalidationInput{DistributionId: aws.String("E123"), Id: first.Id})
	if err != nil || aws.ToString(got.Invalidation.Status) != "Completed" || got.Invalidation.InvalidationBatch.Paths.Items[0] != "/a%20b/-/*" ||
		!got.Invalidation.CreateTime.Equal(time.Unix(1e9, 0)) {
		t.Errorf("%+v, %v", got, err)
	}

	var statuses []string

	pages := cloudfront.NewListInvalidationsPaginator(client, &cloudfront.ListInvalidationsInput{DistributionId: aws.String("E123"), MaxItems: aws.Int32(2)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}

		for _, one := range page.InvalidationList.Items {
			statuses = append(statuses, aws.ToString(one.Status))
		}
	}

	// The newest first.
	if want := "[InProgress InProgress InProgress Completed Completed]"; fmt.Sprint(statuses) != want {
		t.Errorf("listed %v, want %s", statuses, want)
	}
}

// TestAPI_errors checks the codes and statuses of CloudFront's API Reference.
func TestAPI_errors(t *testing.T) {
	denied := func(_ context.Context, action, resource string) error {
		return &awsapi.Error{Code: "AccessDeniedException", Message: action + " on " + resource, Status: http.StatusBadRequest}
	}
	wildcards := make([]string, 16)

	for i := range wildcards {
		wildcards[i] = fmt.Sprintf("/%d*", i)
	}

	tests := map[string]struct {
		api    cdn.API
		call   func(client *cloudfront.Client) error
		code   string
		status int
	}{
		"too many": {call: func(client *cloudfront.Client) error {
			_, err := create(t, client, "E123", "r", wildcards...)

			return err
		}, code: "TooManyInvalidationsInProgress", status: http.StatusBadRequest},
		"another distribution": {call: func(client *cloudfront.Client) error {
			_, err := create(t, client, "E124", "r", "/a")

			return err
		}, code: "NoSuchDistribution", status: http.StatusNotFound},
		"a rejected path": {call: func(client *cloudfront.Client) error {
			_, err := create(t, client, "E123", "r", "/a~b")

			return err
		}, code: "InvalidArgument", status: http.StatusBadRequest},
		"too many paths": {call: func(client *cloudfront.Client) error {
			_, err := create(t, client, "E123", "r", make([]string, 3001)...)

			return err
		}, code: "BatchTooLarge", status: http.StatusRequestEntityTooLarge},
		"an unknown invalidation": {call: func(client *cloudfront.Client) error {
			_, err := client.GetInvalidation(t.Context(), &cloudfront.GetInvalidationInput{DistributionId: aws.String("E123"), Id: aws.String("I1")})

			return err
		}, code: "NoSuchInvalidation", status: http.StatusNotFound},
		"not allowed": {api: cdn.API{Authorize: denied, Account: "1"}, call: func(client *cloudfront.Client) error {
			_, err := create(t, client, "E123", "r", "/a")

			return err
		}, code: "AccessDenied", status: http.StatusForbidden},
		"another operation": {call: func(client *cloudfront.Client) error {
			_, err := client.GetMonitoringSubscription(t.Context(), &cloudfront.GetMonitoringSubscriptionInput{DistributionId: aws.String("E123")})

			return err
		}, code: "UnknownOperationException", status: http.StatusNotFound},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.api.Distribution = distribution(t)
			err := test.call(caller(t, &test.api))

			var (
				failure  smithy.APIError
				response *awshttp.ResponseError
			)

			if !errors.As(err, &failure) || failure.ErrorCode() != test.code || !errors.As(err, &response) || response.HTTPStatusCode() != test.status {
				t.Errorf("got %v, want %s with %d", err, test.code, test.status)
			}
		})
	}
}
