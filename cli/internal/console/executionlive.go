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
	// askRunning and askOver are how often an execution that is looked at is asked for.
	askRunning = 700 * time.Millisecond
	askOver    = 4 * time.Second
)

// executionEvents tells the page of an execution that there is something new: than
// what it says it has seen, because much can happen until its script asks.
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
			err = events.send("beat", struct{}{})
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

	return nil // Nobody is there any longer.
}

// moment is how far an execution has come: its status, and the number of its last event.
func moment(status types.ExecutionStatus, event int64) string {
	return fmt.Sprintf("%s %d", status, event)
}

// progress tells two moments of an execution apart.
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
	case "restart": // Of a backfill nothing has to take the place: to ask for it again is enough.
		shown, err = work.Restart(r.Context(), arn)
	default:
		return errNoPage
	}

	if err != nil {
		return &statusError{http.StatusConflict, "It could not be done", strings.TrimSpace(c.stack.Explain(err).Error())}
	}

	http.Redirect(w, r, executionURL(shown), http.StatusSeeOther)

	return nil
}
