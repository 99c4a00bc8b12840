package e2e_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// stack is the value of the SSM parameter /triptych/{stack}.
type stack struct {
	Stack          string `json:"stack"`
	Region         string `json:"region"`
	UploadsBucket  string `json:"uploadsBucket"`
	VariantsBucket string `json:"variantsBucket"`
	LedgerTable    string `json:"ledgerTable"`
	PipelineARN    string `json:"pipelineArn"`
	BackfillARN    string `json:"backfillArn"`
	FailARN        string `json:"failArn"`
	EraseARN       string `json:"eraseArn"`
	DistributionID string `json:"distributionId"`
	CDN            string `json:"cdn"`

	FailedExecutionsQueueURL  string `json:"failedExecutionsQueueUrl"`
	UndeliveredEventsQueueURL string `json:"undeliveredEventsQueueUrl"`
}

// target is a stack under test, with the address of its AWS endpoint.
type target struct {
	Endpoint string // the URL of an emulator; "" for AWS itself
	Stack    stack
	binary   string
	config   aws.Config
}

const region = "us-east-1"

// connect returns the target at an endpoint. It reads the names of the stack's resources
// from the stack's SSM parameter.
func connect(ctx context.Context, binary, endpoint string) (*target, error) {
	found := targetAt(binary, endpoint)

	name := "/triptych/" + cmp.Or(os.Getenv("E2E_STACK"), "triptych")

	parameter, err := found.ssm().GetParameter(ctx, &ssm.GetParameterInput{Name: &name})
	if err != nil {
		return nil, fmt.Errorf("read the parameter %s: %w", name, err)
	}

	if err := json.Unmarshal([]byte(aws.ToString(parameter.Parameter.Value)), &found.Stack); err != nil {
		return nil, fmt.Errorf("read the parameter %s: %w", name, err)
	}

	return found, nil
}

// targetAt returns a target at an endpoint, before its stack is known.
func targetAt(binary, endpoint string) *target {
	return &target{
		Endpoint: endpoint,
		binary:   binary,
		config: aws.Config{
			Region:       region,
			BaseEndpoint: aws.String(endpoint),
			// All clients share this HTTP client. The SDK would copy its default client,
			// with its connections, into each of them.
			HTTPClient:  &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()},
			Credentials: credentials.NewStaticCredentialsProvider(accessKey(), secretKey(), os.Getenv("AWS_SESSION_TOKEN")),
		},
	}
}

// These are the credentials of the emulator, unless the environment sets others.
func accessKey() string { return cmp.Or(os.Getenv("AWS_ACCESS_KEY_ID"), "test") }
func secretKey() string { return cmp.Or(os.Getenv("AWS_SECRET_ACCESS_KEY"), "test") }

func (t *target) ssm() *ssm.Client               { return ssm.NewFromConfig(t.config) }
func (t *target) sfn() *sfn.Client               { return sfn.NewFromConfig(t.config) }
func (t *target) cloudfront() *cloudfront.Client { return cloudfront.NewFromConfig(t.config) }
func (t *target) sqs() *sqs.Client               { return sqs.NewFromConfig(t.config) }
func (t *target) dynamodb() *dynamodb.Client     { return dynamodb.NewFromConfig(t.config) }
func (t *target) s3() *s3.Client {
	return s3.NewFromConfig(t.config, func(o *s3.Options) { o.UsePathStyle = true })
}

// environment returns the environment of the command. It excludes the AWS configuration
// of this machine, so that the configuration does not change what is tested.
func (t *target) environment() []string {
	const defaultAttempts = 3 // of the SDK

	return append(os.Environ(),
		"AWS_MAX_ATTEMPTS="+strconv.Itoa(cmp.Or(t.config.RetryMaxAttempts, defaultAttempts)),
		"AWS_ENDPOINT_URL="+t.Endpoint,
		"AWS_REGION="+region,
		"AWS_ACCESS_KEY_ID="+accessKey(),
		"AWS_SECRET_ACCESS_KEY="+secretKey(),
		"AWS_CONFIG_FILE="+os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
		"AWS_EC2_METADATA_DISABLED=true",
		"NO_COLOR=1",
	)
}
