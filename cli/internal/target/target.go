// Package target finds the stack of a command, on AWS or on the emulator, and creates the
// clients for it.
//
// The configuration of the AWS SDK decides where the stack is: its profiles and its
// environment variables, such as AWS_ENDPOINT_URL. The only addition is [Options.Local].
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

// The defaults of the emulator that `triptych up` starts.
const (
	LocalEndpoint = "http://127.0.0.1:4566"
	LocalRegion   = "us-east-1"
	LocalKey      = "test" // the id and the secret of the access key
	DefaultStack  = "triptych"

	endpointVariable = "AWS_ENDPOINT_URL"
)

// Options select a stack.
type Options struct {
	// Local selects the emulator, with its credentials and its region. It also selects the
	// emulator's default endpoint, unless AWS_ENDPOINT_URL is set.
	Local bool
	// Endpoint, if it is set, overrides all other settings. `triptych up` sets it, because
	// it knows its own endpoint.
	Endpoint string
	Stack    string
}

// Target is one stack with its clients.
type Target struct {
	Stack  config.Stack
	S3     *s3.Client
	SFN    *sfn.Client
	SQS    *sqs.Client
	Lambda *lambda.Client
	Ledger *ledger.Ledger

	endpoint string
}

// Connect finds a stack by its SSM parameter. Errors have advice for the user: see
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
			Do:    "log in (`aws sso login`, or AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), or pass --local for the emulator",
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
		// Servers other than AWS usually have no host name for each bucket.
		o.UsePathStyle = found.endpoint != ""
	})
	found.SFN = sfn.NewFromConfig(loaded)
	found.SQS = sqs.NewFromConfig(loaded)
	found.Lambda = lambda.NewFromConfig(loaded)
	found.Ledger = ledger.New(loaded, found.Stack.LedgerTable, time.Now)

	return found, nil
}

// load reads the SDK's configuration, and applies the emulator's settings to it.
func load(ctx context.Context, options Options) (aws.Config, error) {
	// Discard the SDK's log, because it would be mixed with the output of the command. The
	// SDK also returns its important messages as errors.
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
			What: "the AWS configuration cannot be read", Do: "check ~/.aws/config and AWS_PROFILE", Cause: err,
		}
	}

	if loaded.Region == "" {
		return aws.Config{}, &Problem{
			What: "no AWS region is set", Do: "set AWS_REGION, or a region in the profile, or pass --local for the emulator",
		}
	}

	return loaded, nil
}

// missing explains why the parameter of a stack could not be read.
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
		Do:    "select another stack with --stack, or deploy this stack first",
		Cause: err,
	}
}

// Interrupted reports whether the cause of err is that the user pressed Ctrl-C.
func Interrupted(err error) bool { return errors.Is(err, context.Canceled) }

// Where describes the location of the stack: the endpoint, or the region.
func (t *Target) Where() string {
	if t.endpoint != "" {
		return t.endpoint
	}

	return t.Stack.Region
}
