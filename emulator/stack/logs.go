package stack

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
)

// The log files, and how large one may be when it is opened again: a larger one
// begins anew, and its predecessor is kept as {name}.1.
const (
	stackLog     = "stack.log"
	functionsLog = "functions.log"
	maxLogBytes  = 64 << 20
)

// logs keeps what the stack and its functions say: JSON, a line each.
type logs struct {
	log *slog.Logger

	mu        sync.Mutex
	functions *os.File
	stack     *os.File
}

// openLogs opens the files in data's log folder. What also, where it is not nil,
// logs at its level, goes there too.
func openLogs(data string, also *slog.Logger) (*logs, error) {
	folder := filepath.Join(data, logFolder)
	if err := os.MkdirAll(folder, ownerOnlyFolder); err != nil {
		return nil, fmt.Errorf("make the log folder: %w", err)
	}

	stack, err := openLog(filepath.Join(folder, stackLog))
	if err != nil {
		return nil, err
	}

	functions, err := openLog(filepath.Join(folder, functionsLog))
	if err != nil {
		return nil, errors.Join(err, stack.Close())
	}

	handlers := []slog.Handler{slog.NewJSONHandler(stack, nil)}
	if also != nil {
		handlers = append(handlers, also.Handler())
	}

	return &logs{log: slog.New(slog.NewMultiHandler(handlers...)), functions: functions, stack: stack}, nil
}

func openLog(path string) (*os.File, error) {
	if facts, err := os.Stat(path); err == nil && facts.Size() > maxLogBytes {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, fmt.Errorf("put the old log aside: %w", err)
		}
	}

	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, ownerOnlyFile) //nolint:gosec // A name of ours in the user's folder.
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}

	return file, nil
}

// function keeps a line that a function wrote.
func (l *logs) function(function, line string) {
	l.mu.Lock()
	defer l.mu.Unlock()

	_, _ = io.WriteString(l.functions, function+" "+line+"\n") // A full disk shows itself elsewhere.
}

func (l *logs) close() error {
	if l == nil {
		return nil
	}

	l.mu.Lock()
	defer l.mu.Unlock()

	return errors.Join(l.functions.Close(), l.stack.Close())
}
