//go:build !windows

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

// upListener is the console's port. It is opened before the emulator starts, so a port in
// use is reported at once. nil means no console.
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

// Close closes the port. It is for a console that is not served.
func (l *upListener) Close() error {
	if l == nil {
		return nil
	}

	return l.Listener.Close()
}

// connectTries is the maximum number of calls that read the names of the resources from
// the emulator. A call may fail because of fault injection.
const connectTries = 5

// connectUp connects to the emulator like any client.
func connectUp(ctx context.Context, endpoint, stack string) (reached *target.Target, err error) {
	for range connectTries {
		reached, err = target.Connect(ctx, target.Options{Local: true, Endpoint: endpoint, Stack: stack})
		if err == nil || ctx.Err() != nil {
			break
		}
	}

	return reached, err
}

// serve serves the console. If the emulator cannot be reached, the emulator runs without
// a console.
func (l *upListener) serve(ctx context.Context, reached *target.Target, access string) (*consoleServer, error) {
	if l == nil || reached == nil {
		return nil, l.Close()
	}

	return serveConsole(ctx, reached, l.Listener, access)
}

const (
	// accessFile is the file with the console's token, in the data folder. A browser
	// stays signed in when `up` is restarted. Removing the file signs all browsers out.
	accessFile = "console-token"
	// maxAccessBytes is the read limit. A token is much shorter.
	maxAccessBytes = 256
	ownerOnly      = 0o600
)

// consoleAccess returns the console's token from an existing data folder. If others can
// read the file, its mode is corrected and the token is replaced.
func consoleAccess(data string) (string, error) {
	path := filepath.Join(data, accessFile)

	info, err := os.Lstat(path)
	if err == nil && info.Mode().IsRegular() && info.Mode().Perm()&^ownerOnly == 0 && info.Size() <= maxAccessBytes {
		text, err := os.ReadFile(path) //nolint:gosec // The name is fixed; the user chose the folder.
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

	// Write a new file, because another process may have opened the old one.
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
