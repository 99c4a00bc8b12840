package e2e_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// calls returns one harmless operation of each service.
func calls(t *target) map[string]func(ctx context.Context, config aws.Config) error {
	return map[string]func(ctx context.Context, config aws.Config) error{
		"S3": func(ctx context.Context, config aws.Config) error {
			_, err := s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true }).
				ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &t.Stack.VariantsBucket, MaxKeys: aws.Int32(1)})

			return err
		},
		"Step Functions": func(ctx context.Context, config aws.Config) error {
			_, err := sfn.NewFromConfig(config).ListExecutions(ctx, &sfn.ListExecutionsInput{StateMachineArn: &t.Stack.PipelineARN})

			return err
		},
		"DynamoDB": func(ctx context.Context, config aws.Config) error {
			_, err := dynamodb.NewFromConfig(config).DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &t.Stack.LedgerTable})

			return err
		},
		"SSM": func(ctx context.Context, config aws.Config) error {
			name := "/triptych/" + t.Stack.Stack
			_, err := ssm.NewFromConfig(config).GetParameter(ctx, &ssm.GetParameterInput{Name: &name})

			return err
		},
		"Lambda": func(ctx context.Context, config aws.Config) error {
			name := t.Stack.Stack + "-validate"
			_, err := lambda.NewFromConfig(config).GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &name})

			return err
		},
	}
}

// TestSignatures calls every service with wrong keys. The error codes must be those of
// AWS, on which SDKs depend.
func TestSignatures(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		key, secret   string
		s3, elsewhere string
	}{
		"right":             {accessKey(), secretKey(), "", ""},
		"wrong secret":      {accessKey(), "wrong", "SignatureDoesNotMatch", "InvalidSignatureException"},
		"unknown key":       {"AKIAIOSFODNN7EXAMPLE", "wrong", "InvalidAccessKeyId", "UnrecognizedClientException"},
		"key in upper case": {"TEST", secretKey(), "InvalidAccessKeyId", "UnrecognizedClientException"},
	}

	for name, test := range tests {
		for service, call := range calls(under) {
			t.Run(name+", "+service, func(t *testing.T) {
				t.Parallel()

				config := under.config.Copy()
				config.Credentials = credentials.NewStaticCredentialsProvider(test.key, test.secret, "")

				want := test.elsewhere
				if service == "S3" {
					want = test.s3
				}

				err := call(t.Context(), config)
				if got := codeOf(err); got != want || (err == nil) != (want == "") {
					t.Errorf("the error is %v, want %q", err, want)
				}
			})
		}
	}
}

// TestUnsigned sends requests without a signature.
func TestUnsigned(t *testing.T) {
	t.Parallel()

	if under.Endpoint == "" {
		t.Skip("the endpoints of AWS itself are not tested")
	}

	tests := map[string]struct{ method, path, target, body string }{
		"list the buckets":    {http.MethodGet, "/", "", ""},
		"list an S3 bucket":   {http.MethodGet, "/" + under.Stack.UploadsBucket, "", ""},
		"put an object":       {http.MethodPut, "/" + under.Stack.UploadsBucket + "/unsigned.jpg", "", "x"},
		"list the tables":     {http.MethodPost, "/", "DynamoDB_20120810.ListTables", "{}"},
		"list state machines": {http.MethodPost, "/", "AWSStepFunctions.ListStateMachines", "{}"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			request, err := http.NewRequestWithContext(t.Context(), test.method, under.Endpoint+test.path, strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}

			if test.target != "" {
				request.Header.Set("X-Amz-Target", test.target)
				request.Header.Set("Content-Type", "application/x-amz-json-1.0")
			}

			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()

			body, _ := io.ReadAll(response.Body)
			if response.StatusCode != http.StatusForbidden && response.StatusCode != http.StatusBadRequest {
				t.Errorf("status %d: %s", response.StatusCode, body)
			}

			if bytes.Contains(body, []byte("<Buckets>")) || bytes.Contains(body, []byte("TableNames")) {
				t.Errorf("the answer contains %s", body)
			}
		})
	}
}
