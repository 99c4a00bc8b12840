// Package function runs a handler as an AWS Lambda function. It writes structured logs,
// and reports errors under the names that the state machine knows.
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

// Handler handles one invocation. Step Functions sees its errors by their code.
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
// metrics, and converts errors for Lambda. Causes are only logged.
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

// count counts an image that ends with an Outcome error. Rejections are counted where
// they are recorded.
func count(invocation *telemetry.Invocation, code errorcode.Code) {
	switch code { //nolint:exhaustive // The others go on to the state machine's Rejected.
	case errorcode.AlreadyDone:
		invocation.Count(telemetry.AlreadyDone, "")
	case errorcode.Superseded:
		invocation.Count(telemetry.Superseded, "")
	}
}
