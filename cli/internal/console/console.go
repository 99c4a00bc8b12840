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

// Config is what a console needs; all of it but Now and Access.
type Config struct {
	Target *target.Target
	// Address is where the console is reached, such as 127.0.0.1:8090.
	Address string
	// Access is the secret that opens the console, from guard.NewAccess; "" opens it to
	// everybody who can reach the address.
	Access string
	Now    func() time.Time // time.Now where nil
}

// followTimeout is how long an upload's outcome is waited for, and told.
const followTimeout = 15 * time.Minute

// Console is one stack's pages. Make it with [New]; Close it.
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
	pulses   *pulseReader
	job      *job
	listing  sync.Mutex // held while the failures are listed

	// What goes on when its request is over, until Close.
	background context.Context //nolint:containedctx // It is the console's own lifetime.
	end        context.CancelFunc
	work       sync.WaitGroup
}

// New makes the pages of a stack. Work that outlives its request ends when ctx does,
// or with Close.
func New(ctx context.Context, config Config) (*Console, error) {
	if config.Now == nil {
		config.Now = time.Now
	}

	pages, err := parsePages()
	if err != nil {
		return nil, fmt.Errorf("make the console's pages: %w", err)
	}

	door, err := guard.New(config.Address, config.Access)
	if err != nil {
		return nil, fmt.Errorf("make the console: %w", err)
	}

	c := &Console{
		stack: config.Target, now: config.Now, pages: pages,
		follower: transfer.NewFollower(config.Target, followTimeout),
		outcomes: newOutcomes(),
		limits:   &uploadLimit{stack: config.Target},
		subjects: &subjects{client: config.Target.SFN},
		pulses:   &pulseReader{stack: config.Target, now: config.Now},
		job:      &job{explain: config.Target.Explain},
	}
	c.background, c.end = context.WithCancel(ctx)
	c.failed = &failedExecutions{client: config.Target.SFN, machine: config.Target.Stack.PipelineARN, now: config.Now}
	c.feed = feed.New(config.Target.Ledger, c.failed, pollEvery, config.Now)
	c.handler = door.Wrap(c.routes(), http.HandlerFunc(c.locked))

	return c, nil
}

// pollEvery is how often a page that is looked at asks for news. Five small queries
// a second cost a dollar a month, day and night; nobody looks day and night.
const pollEvery = time.Second

// ServeHTTP implements [http.Handler].
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.handler.ServeHTTP(w, r) }

// Close ends what goes on in the background, and waits for it.
func (c *Console) Close() {
	c.end()
	c.work.Wait()
}
