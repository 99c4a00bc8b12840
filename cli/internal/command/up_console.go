package command

import (
	"context"
	"net"

	"triptych/cli/internal/target"
)

// upListener is the console's port, taken before the laptop's AWS starts: that it is
// in use is said at once. nil is that of no console.
type upListener struct{ net.Listener }

func upConsole(ctx context.Context, options upOptions) (*upListener, error) {
	if options.console == "" {
		return nil, nil //nolint:nilnil // See upListener.
	}

	address, err := address("--console", options.console)
	if err != nil {
		return nil, err
	}

	listener, err := listenConsole(ctx, address, "--console")
	if err != nil {
		return nil, err
	}

	return &upListener{listener}, nil
}

// Close gives the port up, where nothing is served on it.
func (l *upListener) Close() error {
	if l == nil {
		return nil
	}

	return l.Listener.Close() //nolint:wrapcheck // It names the port.
}

// connectTries is how often the laptop is asked where its parts are: it may be failing
// on purpose.
const connectTries = 5

// connectUp reaches the laptop as any client does.
func connectUp(ctx context.Context, endpoint, stack string) (reached *target.Target, err error) {
	for range connectTries {
		reached, err = target.Connect(ctx, target.Options{Local: true, Endpoint: endpoint, Stack: stack})
		if err == nil || ctx.Err() != nil {
			break
		}
	}

	return reached, err //nolint:wrapcheck // It is made for the user.
}

// serve serves the console. A laptop that cannot be reached goes on without.
func (l *upListener) serve(ctx context.Context, reached *target.Target) (*consoleServer, error) {
	if l == nil || reached == nil {
		return nil, l.Close()
	}

	return serveConsole(ctx, reached, l.Listener)
}
