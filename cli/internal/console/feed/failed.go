package feed

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// FailedExecutions lists the executions of the pipeline that have failed recently. The
// ledger may not have recorded a failure yet: the status of the upload may still be
// PROCESSING. Create the list with [NewFailedExecutions].
type FailedExecutions struct {
	client  *sfn.Client
	machine string
	now     func() time.Time

	mu    sync.Mutex
	asked time.Time
	known map[string]struct{}
}

// NewFailedExecutions returns the list for the state machine whose ARN is machine. now
// returns the current time.
func NewFailedExecutions(client *sfn.Client, machine string, now func() time.Time) *FailedExecutions {
	return &FailedExecutions{client: client, machine: machine, now: now}
}

const (
	// askFailed is the maximum age of the list.
	askFailed = 3 * time.Second
	// mostFailed is the maximum number of executions of each status: the largest page of
	// ListExecutions.
	mostFailed = 1000
)

// Failed implements [Failures]. The caller must not change the result.
func (f *FailedExecutions) Failed(ctx context.Context) (map[string]struct{}, error) {
	f.mu.Lock()
	defer f.mu.Unlock()

	if f.known != nil && f.now().Sub(f.asked) < askFailed {
		return f.known, nil
	}

	found := map[string]struct{}{}

	for _, status := range []types.ExecutionStatus{
		types.ExecutionStatusFailed, types.ExecutionStatusTimedOut, types.ExecutionStatusAborted,
	} {
		page, err := f.client.ListExecutions(ctx, &sfn.ListExecutionsInput{
			StateMachineArn: &f.machine, StatusFilter: status, MaxResults: mostFailed,
		})
		if err != nil {
			return nil, fmt.Errorf("list the executions that are %s: %w", status, err)
		}

		for i := range page.Executions {
			found[aws.ToString(page.Executions[i].ExecutionArn)] = struct{}{}
		}
	}

	if f.known == nil || !maps.Equal(f.known, found) {
		f.known = found
	}

	f.asked = f.now()

	return f.known, nil
}
