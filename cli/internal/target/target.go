// Package target finds the stack that a command works on, on AWS or on the
// laptop, and holds the clients to reach it.
//
// The AWS SDK's own configuration decides where that is: profiles, variables,
// AWS_ENDPOINT_URL. The one thing of our own is [Options.Local].
package target

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/smithy-go/logging"

	"triptych/shared/config"
	"triptych/shared/ledger"
)

// The laptop's AWS, as `triptych up` starts it where it is not told otherwise.
const (
	LocalEndpoint = "http://127.0.0.1:4566"
	LocalRegion   = "us-east-1"
	LocalKey      = "test" // both the access key's id and its secret
	DefaultStack  = "triptych"

	endpointVariable = "AWS_ENDPOINT_URL"
)

// Options say which stack is meant.
type Options struct {
	// Local means the laptop: its credentials and region, and its endpoint
	// unless AWS_ENDPOINT_URL names another.
	Local bool
	// Endpoint goes before everything else where it is set: `triptych up` knows
	// its own.
	Endpoint string
	Stack    string
}

// Target is one stack and the clients to reach it.
type Target struct {
	Stack  config.Stack
	S3     *s3.Client
	SFN    *sfn.Client
	SQS    *sqs.Client
	Lambda *lambda.Client
	Ledger *ledger.Ledger

	endpoint string
}

// Connect finds a stack by its SSM parameter. Errors are made for the user: see
// [Target.Explain].
func Connect(ctx context.Context, options Options) (*Target, error) {
	loaded, err := load(ctx, options)
	if err != nil {
		return nil, err
	}

	found := &Target{endpoint: aws.ToString(loaded.BaseEndpoint)}

	if err := answers(ctx, found.endpoint); err != nil {
		return nil, err
	}

	if _, err := loaded.Credentials.Retrieve(ctx); err != nil {
		return nil, &Problem{
			What:  "no AWS credentials were found",
			Do:    "log in (`aws sso login`, or AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), or pass --local for the laptop",
			Cause: err,
		}
	}

	out, err := ssm.NewFromConfig(loaded).GetParameter(ctx, &ssm.GetParameterInput{
		Name: aws.String(config.ParameterName(options.Stack)),
	})
	if err != nil {
		return nil, found.missing(options.Stack, loaded.Region, err)
	}

	if err := json.Unmarshal([]byte(aws.ToString(out.Parameter.Value)), &found.Stack); err != nil {
		return nil, fmt.Errorf("read the SSM parameter %s: %w", config.ParameterName(options.Stack), err)
	}

	found.S3 = s3.NewFromConfig(loaded, func(o *s3.Options) {
		// An endpoint of one's own rarely has a name for each bucket.
		o.UsePathStyle = found.endpoint != ""
	})
	found.SFN = sfn.NewFromConfig(loaded)
	found.SQS = sqs.NewFromConfig(loaded)
	found.Lambda = lambda.NewFromConfig(loaded)
	found.Ledger = ledger.New(loaded, found.Stack.LedgerTable, time.Now)

	return found, nil
}

// load reads the SDK's configuration, with the laptop's put over it.
func load(ctx context.Context, options Options) (aws.Config, error) {
	// The SDK's own log would come between the lines of ours; what matters of it
	// comes as an error too.
	set := []func(*awsconfig.LoadOptions) error{awsconfig.WithLogger(logging.Nop{})}

	endpoint := options.Endpoint

	if options.Local {
		set = append(set,
			awsconfig.WithRegion(LocalRegion),
			awsconfig.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(LocalKey, LocalKey, "")),
		)

		if endpoint == "" && os.Getenv(endpointVariable) == "" {
			endpoint = LocalEndpoint
		}
	}

	if endpoint != "" {
		set = append(set, awsconfig.WithBaseEndpoint(endpoint))
	}

	loaded, err := awsconfig.LoadDefaultConfig(ctx, set...)
	if err != nil {
		return aws.Config{}, &Problem{
			What: "the AWS configuration cannot be read", Do: "look at ~/.aws/config and at AWS_PROFILE", Cause: err,
		}
	}

	if loaded.Region == "" {
		return aws.Config{}, &Problem{
			What: "no AWS region is set", Do: "set AWS_REGION, or a region in the profile, or pass --local for the laptop",
		}
	}

	return loaded, nil
}

// missing explains why a stack's parameter could not be read.
func (t *Target) missing(stack, region string, err error) error {
	if codeOf(err) != "ParameterNotFound" {
		return t.Explain(fmt.Errorf("find the stack %q: %w", stack, err))
	}

	where := "in " + region
	if t.endpoint != "" {
		where = "at " + t.endpoint
	}

	return &Problem{
		What:  fmt.Sprintf("there is no stack %q %s (no SSM parameter %s)", stack, where, config.ParameterName(stack)),
		Do:    "name another with --stack, or deploy it first",
		Cause: err,
	}
}

// Interrupted says whether err is only the user's Ctrl-C.
func Interrupted(err error) bool { return errors.Is(err, context.Canceled) }

// Where says in a few words where the stack is: the endpoint, or the region.
func (t *Target) Where() string {
	if t.endpoint != "" {
		return t.endpoint
	}

	return t.Stack.Region
}
