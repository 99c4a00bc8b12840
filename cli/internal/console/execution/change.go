package execution

import (
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"triptych/cli/internal/console/page"
	"triptych/cli/internal/replay"
)

// change stops, redrives or restarts an execution.
func (p *Page) change(w http.ResponseWriter, r *http.Request) error {
	arn := r.PostFormValue("arn")
	if of := replay.MachineARN(arn); !slices.Contains(p.machines(), of) {
		return errNotFound
	}

	work := &replay.Replay{Target: p.site.Stack, Concurrency: 1, Timeout: page.OutcomeTimeout}
	shown := arn

	var err error

	switch r.PathValue("action") {
	case "stop":
		cause := "Stopped in the console."
		_, err = p.site.Stack.SFN.StopExecution(r.Context(), &sfn.StopExecutionInput{ExecutionArn: &arn, Cause: &cause})
	case "redrive":
		err = work.Redrive(r.Context(), arn)
	case "restart":
		// The page offers no restart of a backfill, because a new backfill does the same work.
		shown, err = work.Restart(r.Context(), arn)
	default:
		return page.ErrNoPage
	}

	if err != nil {
		return page.NewError(http.StatusConflict, "The action failed", strings.TrimSpace(p.site.Stack.Explain(err).Error()))
	}

	http.Redirect(w, r, page.ExecutionURL(shown), http.StatusSeeOther) //nolint:gosec // The URL is a path of the console.

	return nil
}

// machines returns the ARNs of the stack's state machines.
func (p *Page) machines() []string {
	stack := p.site.Stack.Stack

	return []string{stack.PipelineARN, stack.EraseARN, stack.BackfillARN}
}
