// Package function runs a handler as an AWS Lambda function. It writes structured logs. It
// reports errors under the names that the state machine's retriers and catchers use.
package function

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"

	"triptych/shared/config"
	"triptych/shared/errorcode"
	"triptych/shared/telemetry"
)

// Handler handles one invocation. For Step Functions, the name of an error is its code.
type Handler[In, Out any] func(ctx context.Context, in In) (Out, error)

// Start reads the environment, builds the handler and serves invocations until the
// process is stopped. If the configuration is invalid, the process exits: Lambda reports
// this as an initialization error.
func Start[In, Out any](build func(aws.Config, config.Function) Handler[In, Out]) {
	log := telemetry.NewLogger(os.Stdout)
	slog.SetDefault(log)

	boundMemory(os.LookupEnv)

	settings, err := config.Load(os.LookupEnv)
	if err != nil {
		fail(log, err)
	}

	clients, err := awsconfig.LoadDefaultConfig(context.Background())
	if err != nil {
		fail(log, fmt.Errorf("load the AWS configuration: %w", err))
	}

	lambda.Start(Adapt(log, settings, build(clients, settings)))
}

func fail(log *slog.Logger, err error) {
	log.Error("the function cannot start", "error", err.Error())
	os.Exit(1)
}

// Adapt wraps a handler for Lambda. It logs the outcome of each invocation with its
// metrics, and converts errors for Lambda. The causes of errors are logged, and are not
// returned to the caller.
func Adapt[In, Out any](log *slog.Logger, settings config.Function, handle Handler[In, Out]) Handler[In, Out] {
	return func(ctx context.Context, in In) (Out, error) {
		ctx, invocation := telemetry.Begin(ctx, settings.Stack, settings.Name)
		start := time.Now()
		out, err := handle(ctx, in)
		end := time.Now()

		line := func(kept bool) []slog.Attr { return invocation.Line(end, end.Sub(start), kept) }

		switch entry, hasCode := errorcode.Find(errorcode.CodeOf(err)); {
		case err == nil:
			log.LogAttrs(ctx, slog.LevelInfo, "done", line(true)...)
		case hasCode && (entry.Kind != errorcode.Retryable || entry.Code == errorcode.PurgePending): // This is not a failure.
			count(invocation, entry.Code)
			log.LogAttrs(ctx, slog.LevelInfo, "refused",
				append(line(true), slog.String("code", string(entry.Code)), slog.String("detail", err.Error()))...)
		default:
			invocation.Fail(cmp.Or(entry.Code.Public(), telemetry.Unexpected))
			log.LogAttrs(ctx, slog.LevelError, "failed",
				append(line(false), slog.String("code", string(entry.Code)), slog.String("error", err.Error()))...)
		}

		return out, errorcode.ForLambda(err)
	}
}

// count counts an image whose error is of the kind Outcome. Record counts the rejected
// images.
func count(invocation *telemetry.Invocation, code errorcode.Code) {
	switch code { //nolint:exhaustive // For the other codes, the state machine enters Rejected.
	case errorcode.AlreadyDone:
		invocation.Count(telemetry.AlreadyDone, "")
	case errorcode.Superseded:
		invocation.Count(telemetry.Superseded, "")
	}
}
