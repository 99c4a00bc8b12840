// Package integration calls the services of the emulator for the tasks of state machines. It
// converts the Arguments of a task to a request, and the response or the error to those that
// Step Functions reports.
//
// An optimized integration (arn:aws:states:::sqs:sendMessage) returns the response with
// SdkHttpMetadata and SdkResponseMetadata. Its errors have the names of version 1 of the
// AWS SDK for Java. An AWS SDK integration (arn:aws:states:::aws-sdk:sqs:sendMessage)
// returns the members of the response only. Its errors have the names of version 2 of the
// AWS SDK for Java.
// https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
package integration

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/emulator/stepfunctions/asl"
)

// Config connects the integrations with the services.
type Config struct {
	// Service returns a service by the name that its requests are signed for, such as "sqs";
	// nil if there is no such service. The handler reads the caller from the request's
	// context.
	Service func(name string) http.Handler
	// S3 returns a client that acts for the caller in ctx.
	S3 func(ctx context.Context) *s3.Client
}

// Call runs a task with its Arguments. An error of the service is an [*asl.TaskError].
type Call = func(ctx context.Context, arguments json.RawMessage) (json.RawMessage, error)

const (
	prefix    = "arn:aws:states:::"
	sdkPrefix = prefix + "aws-sdk:"
)

// All returns the integrations of this package by their Resource: those of [asl.Resources]
// that call DynamoDB, EventBridge, S3, SNS, SQS, SSM, and Step Functions by the AWS SDK.
func All(config Config) map[string]Call {
	all := map[string]Call{}

	for _, resource := range asl.Resources() {
		if call := config.find(resource); call != nil {
			all[resource] = call
		}
	}

	return all
}

// find returns the call of a resource; nil if this package does not implement it.
func (c Config) find(resource string) Call {
	service, action, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(resource, sdkPrefix), prefix), ":")

	if strings.HasPrefix(resource, sdkPrefix) {
		if operation, known := s3Operations[action]; known && service == "s3" {
			return c.s3Call(operation)
		}

		if api, known := sdkServices[service]; known {
			return c.sdkCall(api, upperFirst(action))
		}

		return nil
	}

	if integration, known := optimized[service+":"+action]; known {
		return c.optimizedCall(integration)
	}

	return nil
}

// Execution identifies the execution that a task belongs to.
type Execution struct{ ARN, StateMachineARN string }

type executionKey struct{}

// WithExecution returns a context with the execution of a task. events:putEvents adds both
// ARNs to the resources of its events.
func WithExecution(ctx context.Context, x Execution) context.Context {
	return context.WithValue(ctx, executionKey{}, x)
}

func executionFrom(ctx context.Context) (Execution, bool) {
	x, ok := ctx.Value(executionKey{}).(Execution)

	return x, ok
}
