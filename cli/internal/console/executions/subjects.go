package executions

import (
	"context"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"triptych/cli/internal/executions"
)

// mostSubjects is the maximum number of cached keys: one or two megabytes.
const mostSubjects = 5000

// subjects caches the keys of executions. The input of an execution never changes.
type subjects struct {
	client *sfn.Client

	mu    sync.Mutex
	known map[string]string // by ARN
}

func (s *subjects) of(ctx context.Context, arn string) (string, error) {
	s.mu.Lock()
	key, known := s.known[arn]
	s.mu.Unlock()

	if known {
		return key, nil
	}

	out, err := s.client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
	if err != nil {
		return "", fmt.Errorf("describe the execution %s: %w", arn, err)
	}

	key = executions.Key(aws.ToString(out.Input))

	s.mu.Lock()
	defer s.mu.Unlock()

	if s.known == nil || len(s.known) >= mostSubjects {
		s.known = map[string]string{}
	}

	s.known[arn] = key

	return key, nil
}
