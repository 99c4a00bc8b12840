// Package function runs a handler as an AWS Lambda function: structured logs, and
// errors under the names that the state machine knows.
package function

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"

	"triptych/shared/config"
	"triptych/shared/faults"
	"triptych/shared/telemetry"
)

// Handler answers one invocation. Its faults reach Step Functions by their code.
type Handler[In, Out any] func(ctx context.Context, in In) (Out, error)

// Start reads the environment, builds the handler and serves invocations until
// the process is stopped. A function that cannot be built does not start: Lambda
// reports the reason as its initialisation error.
func Start[In, Out any](build func(aws.Config, config.Function) Handler[In, Out]) {
	log := telemetry.NewLogger(os.Stdout)
	slog.SetDefault(log)

	settings, err := config.Load(os.LookupEnv)
	if err != nil {
		fail(log, err)
	}

	clients, err := awsconfig.LoadDefaultConfig(context.Background())
	if err != nil {
		fail(log, fmt.Errorf("load the AWS configuration: %w", err))
	}

	lambda.Start(Adapt(log, build(clients, settings)))
}

func fail(log *slog.Logger, err error) {
	log.Error("the function cannot start", "error", err.Error())
	os.Exit(1)
}

// Adapt wraps a handler for Lambda: it logs how each invocation ended, and names
// its fault. Causes go to the log alone.
func Adapt[In, Out any](log *slog.Logger, handle Handler[In, Out]) Handler[In, Out] {
	return func(ctx context.Context, in In) (Out, error) {
		start := time.Now()
		out, err := handle(ctx, in)
		millis := time.Since(start).Milliseconds()

		switch entry, isFault := faults.Find(faults.CodeOf(err)); {
		case err == nil:
			log.InfoContext(ctx, "done", "millis", millis)
		case isFault && entry.Kind != faults.Retryable:
			log.InfoContext(ctx, "refused", "millis", millis, "code", string(entry.Code), "detail", err.Error())
		default:
			log.ErrorContext(ctx, "failed", "millis", millis, "code", string(entry.Code), "error", err.Error())
		}

		return out, faults.ForLambda(err)
	}
}
