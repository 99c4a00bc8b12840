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
	// patience is how long a step waits where Lambda throttles, at least. The retrier of
	// statemachine/pipeline.asl.json allows 160 attempts, 150 seconds apart on average,
	// which is 6.6 hours; the unluckiest of 100,000 steps waits 5.
	patience = 5 * time.Hour
	// busyShare is how much of the concurrency a backlog uses. It retries with full
	// jitter, so functions are idle at times; the test of the shipped definition in
	// statemachine measures 0.7 at 3,000 uploads and a concurrency of 10.
	busyShare = 0.7
)

// concurrency reads the account's limit of concurrent executions, and says what burst
// of uploads it carries. A caller who may not read the limit has no problem.
func (d *Doctor) concurrency(ctx context.Context) Finding {
	out, err := d.Target.Lambda.GetAccountSettings(ctx, &lambda.GetAccountSettingsInput{})
	if err != nil || out.AccountLimit == nil {
		return fine(checkBurst, fmt.Sprintf("not known, because lambda:GetAccountSettings failed: %v", err))
	}

	return fine(checkBurst, burst(float64(out.AccountLimit.ConcurrentExecutions), float64(aws32(out.AccountLimit.UnreservedConcurrentExecutions))))
}

func aws32(number *int32) int32 {
	if number == nil {
		return 0
	}

	return *number
}

// burst says what a limit of concurrent executions carries. The functions draw from
// what other functions have not reserved.
func burst(limit, unreserved float64) string {
	each := cost.Case{Recipe: recipe.Default(), Assumptions: cost.DefaultAssumptions()}.LambdaSeconds()
	rate := busyShare * unreserved / each

	return fmt.Sprintf("%.0f at once in this account, %.0f not reserved: some %.0f uploads a second of the default recipe; "+
		"more wait, and a burst of up to %.0f at once is done within %.0f hours",
		limit, unreserved, rate, rate*patience.Seconds(), patience.Hours())
}
