// Package executions is the page that lists the executions of the stack's state machines,
// newest first.
package executions

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/cli/internal/console/page"
	"triptych/cli/internal/executions"
)

// rowsOnPage is the number of executions on a page. Each execution whose key is not cached
// costs a call.
const rowsOnPage = 40

// askedAtOnce is the number of executions that are described in parallel.
const askedAtOnce = 8

// Page is the list of a stack's executions. Create it with [New].
type Page struct {
	site *page.Site
	keys *keyCache
}

// New returns the list of a stack.
func New(site *page.Site) *Page {
	return &Page{site: site, keys: &keyCache{client: site.Stack.SFN}}
}

// Routes returns the route of the page.
func (p *Page) Routes() page.Routes { return page.Routes{"GET /executions": p.show} }

// show answers with the page.
func (p *Page) show(w http.ResponseWriter, r *http.Request) error {
	status := types.ExecutionStatus(strings.ToUpper(r.FormValue("status")))
	if status != "" && !slices.Contains(status.Values(), status) {
		return page.NewError(http.StatusBadRequest, "The status does not exist", "Choose one above the list.")
	}

	chosen, machines := r.FormValue("machine"), p.machines()

	at := slices.IndexFunc(machines, func(one machine) bool { return one.name == chosen })
	if at < 0 {
		return page.NewError(http.StatusBadRequest, "The state machine does not exist", "Choose one above the list.")
	}

	in := &sfn.ListExecutionsInput{StateMachineArn: &machines[at].arn, StatusFilter: status, MaxResults: rowsOnPage}
	if after := r.FormValue("after"); after != "" {
		in.NextToken = &after
	}

	out, err := p.site.Stack.SFN.ListExecutions(r.Context(), in)
	if err != nil {
		return fmt.Errorf("list the executions of %s: %w", machines[at].arn, err)
	}

	shown := view{Filters: statusLinks(string(status), chosen)}
	for i, one := range machines {
		shown.Machines = append(shown.Machines, page.Link{Name: one.title, URL: address(string(status), one.name, ""), Chosen: i == at})
	}

	if out.NextToken != nil {
		shown.Next = address(string(status), chosen, *out.NextToken)
	}

	if shown.Rows, err = p.rows(r.Context(), out.Executions); err != nil {
		return err
	}

	return p.site.Render(w, r, template, "Executions", shown)
}

// machine is a state machine of the stack, and its name in URLs.
type machine struct{ title, name, arn string }

// machines returns the state machines of the stack. The first has no name in URLs, because it
// is the default.
func (p *Page) machines() []machine {
	stack := p.site.Stack.Stack

	return []machine{
		{"Pipeline", "", stack.PipelineARN}, {"Erase", "erase", stack.EraseARN}, {"Backfill", "backfill", stack.BackfillARN},
	}
}

// rows converts the listed executions, and reads their keys.
func (p *Page) rows(ctx context.Context, listed []types.ExecutionListItem) ([]row, error) {
	rows := make([]row, len(listed))

	var (
		work   sync.WaitGroup
		slots  = make(chan struct{}, askedAtOnce)
		failed = make([]error, len(listed))
	)

	for i := range listed {
		one := &listed[i]
		rows[i] = row{
			ARN: aws.ToString(one.ExecutionArn), Name: aws.ToString(one.Name), Status: page.Status(one.Status),
			Start: aws.ToTime(one.StartDate), Took: executions.Took(one.StartDate, one.StopDate, p.site.Now()), Redriven: int(aws.ToInt32(one.RedriveCount)),
		}

		slots <- struct{}{}

		work.Go(func() {
			defer func() { <-slots }()

			rows[i].Key, failed[i] = p.keys.of(ctx, rows[i].ARN)
		})
	}

	work.Wait()

	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}

	return rows, nil
}
