package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"triptych/e2e/fixture"
)

// lastState returns the state in which an execution ended.
func lastState(t *testing.T, against *target, arn string) string {
	t.Helper()

	events := historyOf(t, against, arn, 0, true)
	for i := range events {
		if exited := events[i].StateExitedEventDetails; exited != nil {
			return aws.ToString(exited.Name)
		}
	}

	return ""
}

// executionsOf returns the pipeline's executions whose input names the key, the oldest
// first.
func executionsOf(t *testing.T, against *target, key string) []*sfn.DescribeExecutionOutput {
	t.Helper()

	var found []*sfn.DescribeExecutionOutput

	pages := sfn.NewListExecutionsPaginator(against.sfn(), &sfn.ListExecutionsInput{StateMachineArn: &against.Stack.PipelineARN})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}

		for i := range page.Executions {
			one := finished(t, against, aws.ToString(page.Executions[i].ExecutionArn))
			if strings.Contains(aws.ToString(one.Input), `"key":"`+key+`"`) {
				found = append(found, one)
			}
		}
	}

	slices.SortFunc(found, func(a, b *sfn.DescribeExecutionOutput) int { return a.StartDate.Compare(*b.StartDate) })

	return found
}

// TestEvents_duplicate delivers an event again while its upload is processed, and
// afterwards. One execution must do the work, and the others must end in AlreadyDone.
func TestEvents_duplicate(t *testing.T) {
	t.Parallel()

	const key = "five/times.jpg"

	id := put(t, under, key, fixture.JPEG(fixture.Quarters(1600, 1200, 95)))

	eventually(t, "the upload is claimed", func() bool { return len(versionsOf(t, under, key)) == 1 })

	owner := versionsOf(t, under, key)[0].Owner

	first, err := under.sfn().DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &owner})
	if err != nil {
		t.Fatal(err)
	}

	again := func(count int) []string {
		arns := make([]string, count)

		for i := range arns {
			started, err := under.sfn().StartExecution(t.Context(), &sfn.StartExecutionInput{
				StateMachineArn: &under.Stack.PipelineARN, Input: first.Input,
			})
			if err != nil {
				t.Fatal(err)
			}

			arns[i] = aws.ToString(started.ExecutionArn)
		}

		return arns
	}

	others := again(2)

	awaitVersions(t, under, key, 1)

	others = append(others, again(2)...)
	for _, arn := range others {
		if ended := finished(t, under, arn); ended.Status != "SUCCEEDED" || lastState(t, under, arn) != "AlreadyDone" {
			t.Errorf("the execution of a duplicate event: %s in %s", ended.Status, lastState(t, under, arn))
		}
	}

	if last := lastState(t, under, owner); last != "Record" {
		t.Errorf("the first execution ended in %s", last)
	}

	if err := right(t, under, key, id); err != nil {
		t.Error(err)
	}

	if items := versionsOf(t, under, key); len(items) != 1 || items[0].Owner != owner {
		t.Errorf("ledger: %+v", items)
	}
}

// TestEvents_reversed delivers the events of five uploads of a key in reverse order. The
// newest upload must be READY, and the executions of the others must end in Superseded. On a
// slow machine, an execution may end in Record before the execution of the newest upload has
// ended, which began earlier. Such an upload is READY until then.
func TestEvents_reversed(t *testing.T) {
	t.Parallel()

	const (
		key     = "reverse/photo.jpg"
		uploads = 5
		apart   = 400 // ms
	)

	var late []string
	for i := 1; i < uploads; i++ {
		late = append(late, fmt.Sprintf(
			`{"detailType": "Object Created", "kind": "late", "calls": [%d], "millis": %d}`, i, (uploads-i)*apart))
	}

	against := withFaults(t, `{"events": [`+strings.Join(late, ", ")+`]}`).target

	var ids []string
	for i := range uploads {
		ids = append(ids, put(t, against, key, fixture.JPEG(fixture.Quarters(300+i, 200, uint64(400+i)))))
	}

	newest := ids[uploads-1]

	awaitVersions(t, against, key, uploads)

	if err := right(t, against, key, newest); err != nil {
		t.Error(err)
	}

	executions := executionsOf(t, against, key)
	if len(executions) != uploads {
		t.Fatalf("%d executions for %d events", len(executions), uploads)
	}

	for i, one := range executions {
		want, id := "Superseded", ids[uploads-1-i]
		if id == newest {
			want = "Record"
		}

		if !strings.Contains(aws.ToString(one.Input), id) {
			t.Errorf("event %d from the end arrived out of order: %s", i+1, aws.ToString(one.Input))
		}

		last := lastState(t, against, aws.ToString(one.ExecutionArn))
		if last == "Record" && one.StopDate.Before(*executions[0].StopDate) {
			want = last
		}

		if one.Status != "SUCCEEDED" || last != want {
			t.Errorf("event %d from the end: %s in %s, want %s", i+1, one.Status, last, want)
		}
	}
}
