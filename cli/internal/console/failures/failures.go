// Package failures is the page of everything that has failed, grouped by cause. It is the
// list of `triptych replay`, and can replay the entries.
package failures

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"sync"

	"triptych/cli/internal/console/page"
	"triptych/cli/internal/executions"
	"triptych/cli/internal/replay"
)

var (
	//go:embed failures.html
	pageHTML string
	template = page.Parse("failures", pageHTML)
	//go:embed *.js
	scripts embed.FS
)

const (
	// mostExamples is the maximum number of groups with an example: each costs two calls.
	mostExamples = 20
	// askedAtOnce is how many examples are read in parallel.
	askedAtOnce = 8
)

// Page is the page of a stack's failures. Create it with [New].
type Page struct {
	site    *page.Site
	job     *job
	listing sync.Mutex // held while the failures are listed
}

// New returns the page of a stack.
func New(site *page.Site) *Page {
	return &Page{site: site, job: &job{explain: site.Stack.Explain}}
}

// Scripts returns the scripts of the page.
func Scripts() fs.FS { return scripts }

// Routes returns the routes of the page.
func (p *Page) Routes() page.Routes {
	return page.Routes{
		"GET /failures":         p.show,
		"GET /failures/list":    p.list,
		"GET /failures/events":  p.events,
		"POST /failures/replay": p.replay,
	}
}

// show answers with the page. Its list is fetched separately, because it takes longer the
// more failures there are.
func (p *Page) show(w http.ResponseWriter, r *http.Request) error {
	return p.site.Render(w, r, template, "Failures", p.job.state())
}

// list answers with the list.
func (p *Page) list(w http.ResponseWriter, r *http.Request) error {
	found, hidden, err := p.read(r.Context())
	if err != nil {
		return err
	}

	shown := view{Groups: groupByCause(found), Total: len(found), Hidden: hidden}

	if err := p.addExamples(r.Context(), shown.Groups); err != nil {
		return err
	}

	return template.RenderPart(w, r, "list", shown)
}

// read lists the failures, and counts the messages that another replay has received.
func (p *Page) read(ctx context.Context) (found []replay.Result, hidden int, err error) {
	// Two lists at the same time would receive each other's messages.
	p.listing.Lock()
	defer p.listing.Unlock()

	work := p.newReplay()
	work.Ended = func(one replay.Result) error {
		found = append(found, one)

		return nil
	}

	if err := work.List(ctx, nil); err != nil {
		return nil, 0, fmt.Errorf("list the failures: %w", err)
	}

	hidden, err = work.Hidden(ctx)

	return found, hidden, err
}

// addExamples adds the details of the first entry of each group.
func (p *Page) addExamples(ctx context.Context, groups []group) error {
	var (
		work   sync.WaitGroup
		failed = make([]error, len(groups))
		slots  = make(chan struct{}, askedAtOnce)
	)

	for i := range groups[:min(len(groups), mostExamples)] {
		first := &groups[i].Entries[0]
		shown := &groups[i].Example
		shown.ARN, shown.Reason, shown.Key = first.ExecutionARN, first.Reason, first.Key

		if !executions.EndedBadly(first.Status) {
			continue
		}

		slots <- struct{}{}

		work.Go(func() {
			defer func() { <-slots }()

			shown.Failure, failed[i] = executions.Explain(ctx, p.site.Stack.SFN, first.ExecutionARN)
		})
	}

	work.Wait()

	for _, err := range failed {
		if err != nil {
			return err
		}
	}

	return nil
}
