package gallery

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"triptych/cli/internal/target"
	"triptych/shared/recipe"
)

// uploadLimit is the maximum size of an upload in bytes. It is the limit of the recipe in
// the pipeline's definition.
type uploadLimit struct {
	stack *target.Target

	mu    sync.Mutex
	known int64
	asked time.Time
}

const (
	// askLimit is the maximum age of the limit.
	askLimit = time.Minute
	// largestPut is S3's limit for one PUT, 5 GB (Amazon S3 User Guide, "Uploading
	// objects").
	largestPut = 5 << 30
)

func (u *uploadLimit) bytes(ctx context.Context) int64 {
	u.mu.Lock()
	defer u.mu.Unlock()

	if u.known > 0 && time.Since(u.asked) < askLimit {
		return u.known
	}

	u.known, u.asked = largestPut, time.Now()

	out, err := u.stack.SFN.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: &u.stack.Stack.PipelineARN})
	if err != nil {
		return u.known // Without the recipe, only S3's limit applies. The pipeline checks the recipe's limit.
	}

	if found, ok := recipeOf(aws.ToString(out.Definition)); ok {
		u.known = min(largestPut, found.Limits.MaxBytes)
	}

	return u.known
}

// recipeOf reads the recipe that a definition passes to its first function.
func recipeOf(definition string) (recipe.Recipe, bool) {
	var machine struct {
		StartAt string
		States  map[string]struct {
			Arguments struct {
				Payload struct {
					Recipe string `json:"recipe"`
				}
			}
		}
	}

	// Ignore the error: the Arguments of other states may have another type.
	_ = json.Unmarshal([]byte(definition), &machine)

	found, err := recipe.Parse([]byte(machine.States[machine.StartAt].Arguments.Payload.Recipe))

	return found, err == nil
}
