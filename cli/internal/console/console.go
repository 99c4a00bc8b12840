package console

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"triptych/cli/internal/console/feed"
	"triptych/cli/internal/console/guard"
	"triptych/cli/internal/console/page"
	"triptych/cli/internal/target"
)

// Config configures a console. Now and Access are optional.
type Config struct {
	Target *target.Target
	// Address is the address of the console, such as 127.0.0.1:8090.
	Address string
	// Access is the access token of the console, from guard.NewAccess. If it is "", every
	// client that can reach the address has access.
	Access string
	Now    func() time.Time // nil means time.Now
}

// Console serves the pages of one stack. Create it with [New], and close it.
type Console struct {
	site    *page.Site
	handler http.Handler
}

// pollEvery is the interval at which an open page is updated. The queries cost about a dollar
// per month if a page is always open: five small queries per second.
const pollEvery = time.Second

// New creates the console of a stack. Work in the background, which continues after its
// request, ends when ctx ends or when Close is called.
func New(ctx context.Context, config Config) (*Console, error) {
	if config.Now == nil {
		config.Now = time.Now
	}

	entrance, err := guard.New(config.Address, config.Access)
	if err != nil {
		return nil, fmt.Errorf("create the console: %w", err)
	}

	stack := config.Target
	failed := feed.NewFailedExecutions(stack.SFN, stack.Stack.PipelineARN, config.Now)
	changes := feed.New(stack.Ledger, failed, pollEvery, config.Now)
	site := page.NewSite(ctx, stack, config.Now)

	mux, err := routes(site, failed, changes)
	if err != nil {
		site.Close()

		return nil, fmt.Errorf("create the console: %w", err)
	}

	return &Console{site: site, handler: entrance.Wrap(mux, http.HandlerFunc(locked))}, nil
}

// ServeHTTP implements [http.Handler].
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.handler.ServeHTTP(w, r) }

// Close stops the work in the background, and waits for its end.
func (c *Console) Close() { c.site.Close() }
