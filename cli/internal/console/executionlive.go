package console

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/cli/internal/replay"
)

const (
	// askRunning and askOver are the intervals at which a displayed execution is read.
	askRunning = 700 * time.Millisecond
	askOver    = 4 * time.Second
)

// executionEvents sends an event to the page of an execution when the execution has
// changed. The comparison starts from the moment that the page shows, because changes may
// occur before its script connects.
func (c *Console) executionEvents(w http.ResponseWriter, r *http.Request) error {
	events, err := openStream(w)

	for shown, wait := r.FormValue("seen"), askOver; err == nil; {
		now, running, problem := c.progress(r.Context(), r.FormValue("arn"))

		switch {
		case problem != nil:
			err = events.send("problem", map[string]string{"text": c.stack.Explain(problem).Error()})
		case now != shown && shown != "":
			err = events.send("changed", struct{}{})
		default:
			err = events.send("heartbeat", struct{}{})
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
		case <-c.background.Done():
			return nil
		}
	}

	return nil // The client has disconnected.
}

// moment returns the progress of an execution as text: its status and the number of its
// last event.
func moment(status types.ExecutionStatus, event int64) string {
	return fmt.Sprintf("%s %d", status, event)
}

// progress reads the current moment of an execution.
func (c *Console) progress(ctx context.Context, arn string) (text string, running bool, err error) {
	about, err := c.describeExecution(ctx, arn)
	if err != nil {
		return "", false, err
	}

	last, err := c.stack.SFN.GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{ExecutionArn: &arn, ReverseOrder: true, MaxResults: 1})
	if err != nil {
		return "", false, fmt.Errorf("read the history of %s: %w", arn, err)
	}

	id := int64(0)
	if len(last.Events) > 0 {
		id = last.Events[0].Id
	}

	return moment(about.Status, id), about.Status == types.ExecutionStatusRunning, nil
}

// changeExecution stops, redrives or restarts an execution.
func (c *Console) changeExecution(w http.ResponseWriter, r *http.Request) error {
	arn := r.PostFormValue("arn")
	if of := replay.MachineARN(arn); !slices.ContainsFunc(c.machines(), func(one machine) bool { return one.arn == of }) {
		return errNoExecution
	}

	work := &replay.Replay{Target: c.stack, Concurrency: 1, Timeout: followTimeout}
	shown := arn

	var err error

	switch r.PathValue("action") {
	case "stop":
		cause := "Stopped in the console."
		_, err = c.stack.SFN.StopExecution(r.Context(), &sfn.StopExecutionInput{ExecutionArn: &arn, Cause: &cause})
	case "redrive":
		err = work.Redrive(r.Context(), arn)
	case "restart": // A backfill needs no replacement: starting it again is enough.
		shown, err = work.Restart(r.Context(), arn)
	default:
		return errNoPage
	}

	if err != nil {
		return &statusError{http.StatusConflict, "The action failed", strings.TrimSpace(c.stack.Explain(err).Error())}
	}

	http.Redirect(w, r, executionURL(shown), http.StatusSeeOther)

	return nil
}
