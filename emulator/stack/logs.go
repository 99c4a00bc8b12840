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

// Names of the log files, and their maximum size at opening. A larger file is renamed to
// {name}.1, and a new one is started.
const (
	stackLog     = "stack.log"
	functionsLog = "functions.log"
	maxLogBytes  = 64 << 20
)

// logs stores the messages of the stack and of its functions: one line of JSON each.
type logs struct {
	log *slog.Logger

	mu        sync.Mutex
	functions *os.File
	stack     *os.File
}

// openLogs opens the files in data's log folder. If also is not nil, it receives the
// messages too, at its level.
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

	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, ownerOnlyFile) //nolint:gosec // A fixed name in the user's folder.
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}

	return file, nil
}

// function stores a line that a function wrote.
func (l *logs) function(function, line string) {
	l.mu.Lock()
	defer l.mu.Unlock()

	_, _ = io.WriteString(l.functions, function+" "+line+"\n") // Other parts report a full disk.
}

func (l *logs) close() error {
	if l == nil {
		return nil
	}

	l.mu.Lock()
	defer l.mu.Unlock()

	return errors.Join(l.functions.Close(), l.stack.Close())
}
