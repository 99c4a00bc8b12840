package transfer

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/cli/internal/target"
	"triptych/cli/internal/timeline"
	"triptych/shared/contract"
	"triptych/shared/ledger"
)

const (
	// askOwner is the interval at which the execution of an upload is read.
	askOwner = time.Second
	// askAll is the interval at which the list of failed executions is read. The list is
	// for uploads that no execution has claimed. Each new execution in it needs another
	// request.
	askAll = 3 * time.Second
)

// failure is an execution that ended without an outcome.
type failure struct {
	arn, status, name, cause string
}

func (f *failure) result() Result {
	ended := "the execution " + strings.ToLower(strings.ReplaceAll(f.status, "_", " "))
	if f.status == string(types.ExecutionStatusAborted) {
		ended = "the execution was stopped"
	}

	said := slices.DeleteFunc([]string{ended, f.name, timeline.Reason(f.cause)}, func(part string) bool { return part == "" })

	return Result{Status: Failed, ExecutionARN: f.arn, Code: f.name, Variants: []Variant{}, Reason: strings.Join(said, ": ")}
}

// failures finds the failed executions of all uploads that a Follower follows.
type failures struct {
	client  *sfn.Client
	machine string
	begun   time.Time

	mu     sync.Mutex
	listed time.Time
	asked  map[string]time.Time // time of the last request, by owner
	seen   map[string]struct{}  // ARNs whose input is known
	failed map[string]*failure  // by upload: see identity
	ended  map[string]struct{}  // ARNs of executions that have ended
}

func newFailures(t *target.Target) *failures {
	now := time.Now()

	return &failures{
		client: t.SFN, machine: t.Stack.PipelineARN, begun: now, listed: now,
		asked: map[string]time.Time{}, seen: map[string]struct{}{}, failed: map[string]*failure{}, ended: map[string]struct{}{},
	}
}

// find returns the failure of an upload, or nil if no failure is known. Only one caller sends
// requests at a time. For the others, find returns nil at once; they call it again later.
func (f *failures) find(ctx context.Context, sent Upload, owner string) (*failure, error) {
	if !f.mu.TryLock() {
		return nil, nil //nolint:nilnil // No failure is known.
	}
	defer f.mu.Unlock()

	if owner != "" {
		return f.ofOwner(ctx, sent, owner)
	}

	if time.Since(f.listed) > askAll {
		if err := f.list(ctx); err != nil {
			return nil, err
		}

		f.listed = time.Now()
	}

	return f.failed[identity(sent.Key, sent.VersionID, sent.ETag)], nil
}

// ofOwner reads the execution that owns an upload. It sends the first request some time after
// the claim was seen, because most executions end before that time.
func (f *failures) ofOwner(ctx context.Context, sent Upload, owner string) (*failure, error) {
	id := owner + " " + sent.Key

	last, known := f.asked[id]
	if !known {
		f.asked[id] = time.Now()
	}

	if !known || time.Since(last) < askOwner {
		return nil, nil //nolint:nilnil // No failure is known.
	}

	f.asked[id] = time.Now()

	_, found, err := f.describe(ctx, owner)

	return found, err
}

// final reports whether the status of an item is final. An item becomes READY before the
// manifest is written, and may still become SUPERSEDED. READY is final if the item was read
// after the end of the execution.
func (f *failures) final(ctx context.Context, item ledger.Item) (bool, error) {
	if item.Status != ledger.Ready {
		return true, nil
	}

	f.mu.Lock()
	_, seen := f.ended[item.Owner]
	f.mu.Unlock()

	if seen {
		return true, nil
	}

	out, err := f.client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: aws.String(item.Owner)})
	if err != nil {
		return false, fmt.Errorf("describe the execution %s: %w", item.Owner, err)
	}

	if out.Status != types.ExecutionStatusRunning {
		f.mu.Lock()
		f.ended[item.Owner] = struct{}{}
		f.mu.Unlock()
	}

	return false, nil
}

// describe reads the input of an execution, and its failure if it has failed.
func (f *failures) describe(ctx context.Context, arn string) (string, *failure, error) {
	out, err := f.client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: aws.String(arn)})
	if err != nil {
		return "", nil, fmt.Errorf("describe the execution %s: %w", arn, err)
	}

	switch out.Status { // The others are not failures.
	case types.ExecutionStatusFailed, types.ExecutionStatusTimedOut, types.ExecutionStatusAborted:
		return aws.ToString(out.Input), &failure{
			arn: arn, status: string(out.Status), name: aws.ToString(out.Error), cause: aws.ToString(out.Cause),
		}, nil
	default:
		return aws.ToString(out.Input), nil, nil
	}
}

// list reads the executions that have failed since the uploads began. It reads one page, which
// has the last 100 executions.
func (f *failures) list(ctx context.Context) error {
	for _, status := range []types.ExecutionStatus{types.ExecutionStatusFailed, types.ExecutionStatusTimedOut} {
		page, err := f.client.ListExecutions(ctx, &sfn.ListExecutionsInput{
			StateMachineArn: aws.String(f.machine), StatusFilter: status, MaxResults: 100,
		})
		if err != nil {
			return fmt.Errorf("list the executions that are %s: %w", status, err)
		}

		for _, execution := range page.Executions {
			arn := aws.ToString(execution.ExecutionArn)
			if _, known := f.seen[arn]; known || aws.ToTime(execution.StartDate).Before(f.begun.Add(-clockSkew)) {
				continue
			}

			input, found, err := f.describe(ctx, arn)
			if err != nil {
				return err
			}

			f.seen[arn] = struct{}{}

			var event struct {
				Detail contract.Event `json:"detail"`
			}

			if found != nil && json.Unmarshal([]byte(input), &event) == nil {
				object := event.Detail.Object
				f.failed[identity(object.Key, object.VersionID, object.ETag)] = found
			}
		}
	}

	return nil
}

// identity returns a text that identifies an upload.
func identity(key, versionID, etag string) string {
	if versionID == "" || versionID == "null" {
		return key + "\x00" + etag
	}

	return key + "\x00" + versionID
}
