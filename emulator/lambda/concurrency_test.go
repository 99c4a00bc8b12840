package lambda_test

import (
	"errors"
	"sync"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"triptych/emulator/lambda"
)

// TestAccountConcurrency checks that Lambda rejects invocations above the account's
// concurrency, and none below it.
func TestAccountConcurrency(t *testing.T) {
	t.Parallel()

	const limit = 2

	service := start(t, lambda.Config{AccountConcurrency: limit})
	api := client(t, service)
	name := "probe"

	settings, err := api.GetAccountSettings(t.Context(), &sdk.GetAccountSettingsInput{})
	if err != nil || settings.AccountLimit.ConcurrentExecutions != limit {
		t.Fatalf("the limit is %+v, want %d: %v", settings, limit, err)
	}

	var (
		invocations sync.WaitGroup
		results     = make(chan error, 5*limit)
	)

	for range 5 * limit {
		invocations.Go(func() {
			_, err := api.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: &name, Payload: []byte(`{"do":"sleep","millis":2000}`)},
				func(o *sdk.Options) { o.RetryMaxAttempts = 1 })
			results <- err
		})
	}

	invocations.Wait()
	close(results)

	served := 0

	for err := range results {
		var throttled *types.TooManyRequestsException

		switch {
		case err == nil:
			served++
		case !errors.As(err, &throttled) || throttled.Reason != types.ThrottleReasonConcurrentInvocationLimitExceeded:
			t.Errorf("refused with %v", err)
		}
	}

	if served < limit || served == 5*limit {
		t.Errorf("%d of %d invocations at once were served; want at least %d, and some refused", served, 5*limit, limit)
	}

	if _, err := service.Invoke(t.Context(), name, nil); err != nil {
		t.Errorf("once they have ended: %v", err)
	}
}
