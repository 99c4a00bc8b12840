package lambda

import (
	"bytes"
	"context"
	"sync"
	"time"
)

// maxTailBytes limits the log that an answer contains.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#lambda-Invoke-response-LogResult
const maxTailBytes = 4 << 10

// tailGrace is how long an answer with a log waits for the lines that are still in the pipe
// of the process.
const tailGrace = 10 * time.Millisecond

// tail collects the end of the log of one invocation. Lines of the process can arrive after
// the closing lines of Lambda, and come before them.
type tail struct {
	mu      sync.Mutex
	text    []byte
	closing string
}

func (t *tail) add(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()

	t.text = append(append(t.text, line...), '\n')
	t.text = t.text[max(0, len(t.text)-maxTailBytes):]
}

// end sets the closing lines.
func (t *tail) end(lines string) {
	t.mu.Lock()
	defer t.mu.Unlock()

	t.closing = lines
}

// bytes returns the last lines.
func (t *tail) bytes() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()

	all := append(bytes.Clone(t.text), t.closing...)

	return all[max(0, len(all)-maxTailBytes):]
}

type logTailKey struct{}

// WithLogTail returns a context whose invocations return the end of their log, as the
// LogType Tail does.
func WithLogTail(ctx context.Context) context.Context {
	return context.WithValue(ctx, logTailKey{}, true)
}

// logTail returns the end of the log of an invocation that has ended, if ctx asks for it.
func logTail(ctx context.Context, v *invocation) []byte {
	if ctx.Value(logTailKey{}) == nil {
		return nil
	}

	select {
	case <-time.After(tailGrace):
	case <-ctx.Done():
	}

	return v.log.bytes()
}
