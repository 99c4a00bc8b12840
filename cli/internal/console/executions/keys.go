package executions

import (
	"context"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"triptych/cli/internal/executions"
)

// mostKeys is the maximum number of cached keys. They need one or two megabytes.
const mostKeys = 5000

// keyCache has the keys of executions. A key stays valid, because the input of an execution
// never changes.
type keyCache struct {
	client *sfn.Client

	mu    sync.Mutex
	known map[string]string // by ARN
}

// of returns the key of an execution.
func (c *keyCache) of(ctx context.Context, arn string) (string, error) {
	c.mu.Lock()
	key, known := c.known[arn]
	c.mu.Unlock()

	if known {
		return key, nil
	}

	out, err := c.client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
	if err != nil {
		return "", fmt.Errorf("describe the execution %s: %w", arn, err)
	}

	key = executions.Key(aws.ToString(out.Input))

	c.mu.Lock()
	defer c.mu.Unlock()

	if c.known == nil || len(c.known) >= mostKeys {
		c.known = map[string]string{}
	}

	c.known[arn] = key

	return key, nil
}
