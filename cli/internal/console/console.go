package console

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"triptych/cli/internal/console/feed"
	"triptych/cli/internal/console/guard"
	"triptych/cli/internal/target"
	"triptych/cli/internal/transfer"
)

// Config configures a console. Now and Access are optional.
type Config struct {
	Target *target.Target
	// Address is the address of the console, such as 127.0.0.1:8090.
	Address string
	// Access is the access token of the console, from guard.NewAccess. If it is "",
	// everybody who can reach the address has access.
	Access string
	Now    func() time.Time // nil means time.Now
}

// followTimeout is how long the outcome of an upload is awaited.
const followTimeout = 15 * time.Minute

// Console serves the pages of one stack. Create it with [New], and close it.
type Console struct {
	stack    *target.Target
	now      func() time.Time
	handler  http.Handler
	pages    *pages
	failed   *failedExecutions
	feed     *feed.Feed
	follower *transfer.Follower
	outcomes *outcomes
	limits   *uploadLimit
	subjects *subjects
	activity *activityReader
	job      *job
	listing  sync.Mutex // held while the failures are listed

	// background is the context of work that continues after its request, until Close.
	background context.Context //nolint:containedctx // It is the lifetime of the console.
	end        context.CancelFunc
	work       sync.WaitGroup
}

// New creates the console of a stack. Work that continues after its request ends when ctx
// ends, or at Close.
func New(ctx context.Context, config Config) (*Console, error) {
	if config.Now == nil {
		config.Now = time.Now
	}

	pages, err := parsePages()
	if err != nil {
		return nil, fmt.Errorf("parse the console's pages: %w", err)
	}

	door, err := guard.New(config.Address, config.Access)
	if err != nil {
		return nil, fmt.Errorf("create the console: %w", err)
	}

	c := &Console{
		stack: config.Target, now: config.Now, pages: pages,
		follower: transfer.NewFollower(config.Target, followTimeout),
		outcomes: newOutcomes(),
		limits:   &uploadLimit{stack: config.Target},
		subjects: &subjects{client: config.Target.SFN},
		activity: &activityReader{stack: config.Target, now: config.Now},
		job:      &job{explain: config.Target.Explain},
	}
	c.background, c.end = context.WithCancel(ctx)
	c.failed = &failedExecutions{client: config.Target.SFN, machine: config.Target.Stack.PipelineARN, now: config.Now}
	c.feed = feed.New(config.Target.Ledger, c.failed, pollEvery, config.Now)
	c.handler = door.Wrap(c.routes(), http.HandlerFunc(c.locked))

	return c, nil
}

// pollEvery is how often an open page is updated. Five small queries a second, day and
// night, would cost a dollar a month.
const pollEvery = time.Second

// ServeHTTP implements [http.Handler].
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.handler.ServeHTTP(w, r) }

// Close stops the work in the background, and waits for its end.
func (c *Console) Close() {
	c.end()
	c.work.Wait()
}
