package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"triptych/cli/internal/console"
	"triptych/cli/internal/console/guard"
	"triptych/cli/internal/target"
)

// defaultConsole is the console's address.
const defaultConsole = ":8090"

func (s *session) console() *cobra.Command {
	var (
		at     string
		noAuth bool
	)

	cmd := &cobra.Command{
		Use:   "console",
		Short: "Serve the console: a web page with images, executions and failures",
		Long: `Console serves a web page on this machine until Ctrl-C. It shows the images, the
executions with their state machine, and the failures, which it can replay. It uses
your AWS credentials, so everybody who opens it has your rights. It listens on
loopback only, and requires the token in the URL that it prints. Open that URL once;
the browser stores the token. Every start has a new token. 'triptych up' serves the same page for the emulator.`,
		Example: `  triptych console                          # then open the URL that it prints
  triptych console --stack staging --address :8091
  AWS_PROFILE=production triptych console`,
		Args: arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			address, err := address("--address", at)
			if err != nil {
				return err
			}

			stack, err := s.connect(cmd.Context())
			if err != nil {
				return err
			}

			access := guard.NewAccess()
			if noAuth {
				access = ""
			}

			return s.runConsole(cmd.Context(), stack, address, access)
		},
	}

	cmd.Flags().StringVar(&at, "address", defaultConsole, "the `address` of the page, on this machine")

	addNoAuth(cmd, &noAuth)

	return cmd
}

// addNoAuth adds the flag --no-auth. Both commands that serve the console have it.
func addNoAuth(cmd *cobra.Command, noAuth *bool) {
	cmd.Flags().BoolVar(noAuth, "no-auth", false, "serve the console without a token: every user and program on this machine that can reach\n"+
		"its port has your rights, and can read, upload, erase and replay; only web pages\nof other sites are still rejected")
}

// opened is the output of `triptych console --json`, printed when the page is available.
type opened struct {
	Status  string `json:"status"`
	Stack   string `json:"stack"`
	Console string `json:"consoleUrl"`
}

func (s *session) runConsole(ctx context.Context, stack *target.Target, address, access string) error {
	listener, err := listenConsole(ctx, address, "--address")
	if err != nil {
		return err
	}

	served, err := serveConsole(ctx, stack, listener, access)
	if err != nil {
		return err
	}

	if s.json {
		err = s.object(opened{Status: "RUNNING", Stack: stack.Stack.Stack, Console: served.url()})
	} else {
		err = s.text("The console of " + s.style.Bold(stack.Stack.Stack) + " is at " + served.url() + "\n" + s.style.Muted("Ctrl-C stops it.") + "\n")
	}

	if err == nil {
		<-ctx.Done()
	}

	return errors.Join(err, served.close())
}

// listenConsole opens the console's port. The parameter flag is the name of the flag that
// sets the port.
func listenConsole(ctx context.Context, address, flag string) (net.Listener, error) {
	var config net.ListenConfig

	listener, err := config.Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, &target.Problem{
			What: address + " is in use, perhaps by another console", Do: "stop that process, or choose another port with " + flag, Cause: err,
		}
	}

	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}

	return listener, nil
}

// consoleServer is a running console.
type consoleServer struct {
	listener net.Listener
	console  *console.Console
	access   string // the access token, or ""
	http     *http.Server
	cancel   context.CancelFunc
}

const (
	// headerTimeout is the maximum time for the header of a request. The body of an upload
	// has no limit.
	headerTimeout = 10 * time.Second
	// idleTimeout is the time for which a connection stays open between two requests. A
	// connection with a stream of events is not idle, because the stream is one request.
	idleTimeout = 2 * time.Minute
	// consoleStops is the time for which running requests may continue after the start of
	// the shutdown.
	consoleStops = time.Second
)

func serveConsole(ctx context.Context, stack *target.Target, listener net.Listener, access string) (*consoleServer, error) {
	ctx, cancel := context.WithCancel(ctx)

	pages, err := console.New(ctx, console.Config{Target: stack, Address: listener.Addr().String(), Access: access})
	if err != nil {
		cancel()

		return nil, err
	}

	served := &consoleServer{listener: listener, console: pages, access: access, cancel: cancel}
	served.http = &http.Server{
		Handler: pages, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout,
		// The end of ctx ends the streams of events.
		BaseContext: func(net.Listener) context.Context { return ctx },
	}

	go func() { _ = served.http.Serve(listener) }() // Serve returns ErrServerClosed when close is called.

	return served, nil
}

// url returns the URL that opens the console, with its token. It is printed, and never
// logged.
func (c *consoleServer) url() string {
	return guard.URL("http://"+c.listener.Addr().String(), c.access)
}

func (c *consoleServer) close() error {
	if c == nil {
		return nil
	}

	c.cancel()

	ctx, cancel := context.WithTimeout(context.Background(), consoleStops)
	defer cancel()

	err := c.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = c.http.Close()
	}

	c.console.Close()

	if err != nil {
		return fmt.Errorf("stop the console: %w", err)
	}

	return nil
}
