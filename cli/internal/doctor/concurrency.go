package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"triptych/cli/internal/cost"
	"triptych/shared/recipe"
)

const (
	// patience is the minimum time for which a step waits while Lambda throttles it. The
	// retrier of statemachine/pipeline.asl.json allows 160 attempts, 150 seconds apart on
	// average. This is 6.6 hours. The delays are random: among 100,000 steps, the step
	// with the shortest wait waits 5 hours.
	patience = 5 * time.Hour
	// busyShare is the share of the concurrency that waiting uploads use. It is less than
	// 1, because steps retry with full jitter, so functions are idle at times. The test of
	// the shipped definition in statemachine measures 0.7 at 3,000 uploads and a
	// concurrency of 10.
	busyShare = 0.7
)

// concurrency reads the account's limit of concurrent executions, and reports the largest
// burst of uploads that it supports. A missing permission to read the limit is not a problem.
func (d *Doctor) concurrency(ctx context.Context) Finding {
	out, err := d.Target.Lambda.GetAccountSettings(ctx, &lambda.GetAccountSettingsInput{})
	if err != nil || out.AccountLimit == nil {
		return fine(checkBurst, fmt.Sprintf("unknown, because lambda:GetAccountSettings failed: %v", err))
	}

	return fine(checkBurst, burst(float64(out.AccountLimit.ConcurrentExecutions), float64(aws32(out.AccountLimit.UnreservedConcurrentExecutions))))
}

func aws32(number *int32) int32 {
	if number == nil {
		return 0
	}

	return *number
}

// burst describes the burst of uploads that a limit supports. The functions share the
// concurrency that is not reserved by other functions.
func burst(limit, unreserved float64) string {
	each := cost.Case{Recipe: recipe.Default(), Assumptions: cost.DefaultAssumptions()}.LambdaSeconds()
	rate := busyShare * unreserved / each

	return fmt.Sprintf("%.0f concurrent executions in this account, %.0f not reserved: about %.0f uploads a second with the default recipe; "+
		"more uploads wait, and a burst of up to %.0f uploads is processed within %.0f hours",
		limit, unreserved, rate, rate*patience.Seconds(), patience.Hours())
}
