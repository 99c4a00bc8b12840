package execution

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/cli/internal/console/page"
)

const (
	// askRunning is the interval at which a running execution is read while its page is
	// open. askOver is the interval for an execution that has ended.
	askRunning = 700 * time.Millisecond
	askOver    = 4 * time.Second
)

// events sends an event to the page of an execution when the execution has changed. First it
// compares the execution with the moment that the page shows, because the execution may
// change before the script of the page connects.
func (p *Page) events(w http.ResponseWriter, r *http.Request) error {
	stream, err := page.OpenStream(w)

	for shown, wait := r.FormValue("seen"), askOver; err == nil; {
		now, running, problem := p.progress(r.Context(), r.FormValue("arn"))

		switch {
		case problem != nil:
			err = stream.Send("problem", map[string]string{"text": p.site.Stack.Explain(problem).Error()})
		case now != shown && shown != "":
			err = stream.Send("changed", struct{}{})
		default:
			err = stream.SendHeartbeat()
		}

		if problem == nil {
			shown, wait = now, askOver
		}

		if running {
			wait = askRunning
		}

		select {
		case <-time.After(wait):
		case <-r.Context().Done():
			return nil
		case <-p.site.Done():
			return nil
		}
	}

	return nil // The client has disconnected.
}

// moment describes the progress of an execution as text, with its status and the number of
// its last event.
func moment(status types.ExecutionStatus, event int64) string {
	return fmt.Sprintf("%s %d", status, event)
}

// lastID returns the number of the last event, or 0 if events is empty.
func lastID(events []types.HistoryEvent) int64 {
	if len(events) == 0 {
		return 0
	}

	return events[len(events)-1].Id
}

// progress reads the current moment of an execution.
func (p *Page) progress(ctx context.Context, arn string) (text string, running bool, err error) {
	about, err := p.describe(ctx, arn)
	if err != nil {
		return "", false, err
	}

	last, err := p.site.Stack.SFN.GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{ExecutionArn: &arn, ReverseOrder: true, MaxResults: 1})
	if err != nil {
		return "", false, fmt.Errorf("read the history of %s: %w", arn, err)
	}

	return moment(about.Status, lastID(last.Events)), about.Status == types.ExecutionStatusRunning, nil
}
