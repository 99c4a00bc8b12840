package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"triptych/cli/internal/target"
	"triptych/shared/ledger"
)

// reach checks every resource of the stack. The result is true if the keys can be examined.
func (d *Doctor) reach(ctx context.Context) (bool, error) {
	stack := d.Target.Stack
	readable := true

	for _, part := range []struct {
		check  string
		name   string
		images bool // true if the examination of keys needs this resource
		try    func(context.Context) error
	}{
		{checkUploads, stack.UploadsBucket, true, d.bucket(stack.UploadsBucket)},
		{checkVariants, stack.VariantsBucket, true, d.bucket(stack.VariantsBucket)},
		{checkLedger, stack.LedgerTable, true, d.table},
		{checkPipeline, stack.PipelineARN, false, d.machine(stack.PipelineARN)},
		{checkErase, stack.EraseARN, false, d.machine(stack.EraseARN)},
		{checkBackfill, stack.BackfillARN, false, d.machine(stack.BackfillARN)},
		{checkCDN, stack.CDN, false, d.cdn},
	} {
		err := part.try(ctx)
		if ctx.Err() != nil {
			return false, ctx.Err()
		}

		finding := fine(part.check, part.name)
		if err != nil {
			finding = d.unreachable(part.check, part.name, err)
			readable = readable && !part.images
		}

		if err := d.report(finding); err != nil {
			return false, err
		}
	}

	for _, queue := range []struct{ check, url, holds string }{
		{checkDead, stack.FailedExecutionsQueueURL, "failed executions"}, {checkLost, stack.UndeliveredEventsQueueURL, "lost events"},
	} {
		if err := d.report(d.queue(ctx, queue.check, queue.url, queue.holds)); err != nil {
			return false, err
		}
	}

	if err := d.report(d.concurrency(ctx)); err != nil {
		return false, err
	}

	return readable, ctx.Err()
}

// unreachable returns a finding for an error of AWS or of the network.
func (d *Doctor) unreachable(check, name string, err error) Finding {
	if problemToTell, ok := errors.AsType[*target.Problem](d.Target.Explain(err)); ok {
		return problem(check, "", name+": "+problemToTell.What, problemToTell.Do)
	}

	return problem(check, "", fmt.Sprintf("%s: %v", name, err), "check that it exists, and that these credentials have access")
}

func (d *Doctor) bucket(name string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := d.Target.S3.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &name, MaxKeys: aws.Int32(1)})

		return err
	}
}

func (d *Doctor) table(ctx context.Context) error {
	return d.Target.Ledger.Newest(ctx, ledger.Ready, func(ledger.Item) bool { return false })
}

func (d *Doctor) machine(arn string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := d.Target.SFN.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: &arn})

		return err
	}
}

// cdnWithin is the maximum time for the CDN's answer.
const cdnWithin = 10 * time.Second

// cdn checks that the CDN answers a request.
func (d *Doctor) cdn(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, cdnWithin)
	defer cancel()

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.Target.Stack.CDN+"/", http.NoBody)
	if err != nil {
		return err
	}

	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}

	if err := response.Body.Close(); err != nil {
		return err
	}

	if response.StatusCode >= http.StatusInternalServerError {
		return fmt.Errorf("its answer has the status %s", response.Status)
	}

	return nil
}

// queue reports the number of messages that are waiting in a queue.
func (d *Doctor) queue(ctx context.Context, check, url, holds string) Finding {
	if url == "" {
		return problem(check, "", "the stack has no such queue", "deploy the stack again: this version of Triptych creates the queue")
	}

	out, err := d.Target.SQS.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []types.QueueAttributeName{
			types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
		},
	})
	if err != nil {
		return d.unreachable(check, url, err)
	}

	waiting := 0

	for _, count := range out.Attributes {
		if number, err := strconv.Atoi(count); err == nil {
			waiting += number
		}
	}

	if waiting > 0 {
		return problem(check, "", fmt.Sprintf("messages about %s wait in the queue: %d", holds, waiting), "`triptych replay` lists them, `triptych replay --all` replays them")
	}

	return fine(check, "the queue is empty")
}
