package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"

	"triptych/cli/internal/console/guard"
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

	return l.Listener.Close()
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

	return reached, err
}

// serve serves the console. A laptop that cannot be reached goes on without.
func (l *upListener) serve(ctx context.Context, reached *target.Target, access string) (*consoleServer, error) {
	if l == nil || reached == nil {
		return nil, l.Close()
	}

	return serveConsole(ctx, reached, l.Listener, access)
}

const (
	// accessFile, in the data folder, has the console's secret: a browser that was let in
	// stays in when `up` is started again. Whoever removes it locks all browsers out.
	accessFile = "console-token"
	// maxAccessBytes is far more than a secret has.
	maxAccessBytes = 256
	ownerOnly      = 0o600
)

// consoleAccess is the console's secret of a data folder, which is there by now. A file
// that others can read is no secret's place: it is tightened, and the secret replaced.
func consoleAccess(data string) (string, error) {
	path := filepath.Join(data, accessFile)

	info, err := os.Lstat(path)
	if err == nil && info.Mode().IsRegular() && info.Mode().Perm()&^ownerOnly == 0 && info.Size() <= maxAccessBytes {
		text, err := os.ReadFile(path) //nolint:gosec // A name of ours in the user's folder.
		if err != nil {
			return "", fmt.Errorf("read the console's token: %w", err)
		}

		if access := strings.TrimSpace(string(text)); len(access) >= len(guard.NewAccess()) {
			return access, nil
		}
	}

	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("find the console's token: %w", err)
	}

	access := guard.NewAccess()

	// A new file, so that nobody has it open already.
	file, err := os.CreateTemp(data, accessFile+".*")
	if err != nil {
		return "", fmt.Errorf("keep the console's token: %w", err)
	}

	_, err = file.WriteString(access + "\n")
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}

	if err != nil {
		_ = os.Remove(file.Name())

		return "", fmt.Errorf("keep the console's token: %w", err)
	}

	return access, nil
}
