// Package clientbody bounds the time that a client may take to send a request's body,
// and tells a body that the client cut off from every other failure.
//
// An upload takes as long as it takes, so a server has no bound on the whole of it. A
// client that sends nothing for a while is bounded instead, as S3 does with
// RequestTimeout.
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
package clientbody

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

// What a read of a body fails with, by the client's doing.
var (
	ErrIncomplete = errors.New("the client sent less of the body than it announced")
	ErrSlow       = errors.New("the client sent nothing of the body for too long")
)

// DefaultIdle is how long a client may send nothing.
const DefaultIdle = 20 * time.Second

// restTime bounds how long the server reads what is left of a body before it sends an
// answer that did not need the body: enough for what is under way on this machine.
const restTime = 200 * time.Millisecond

// Body is a request's body under a deadline.
type Body struct {
	body    io.ReadCloser
	control *http.ResponseController
	idle    time.Duration

	mu      sync.Mutex
	until   time.Time // of the whole body; zero means no bound
	ended   bool
	failure error // of the read that failed
}

// bodyOf is the key of a request's [Body] in its context.
type bodyOf struct{}

// Failure is what a read of a bounded request's body failed with, nil if none did. It is
// for those who pass the body on: where a server that reads it gives up first, their own
// error says nothing of the body.
func Failure(r *http.Request) error {
	b, bounded := r.Context().Value(bodyOf{}).(*Body)
	if !bounded {
		return nil
	}

	b.mu.Lock()
	defer b.mu.Unlock()

	return b.failure
}

// Bound puts the request's body under a deadline of idle for each read; 0 means
// DefaultIdle. A request without a body is left as it is. Call done when the request has
// been answered.
func Bound(w http.ResponseWriter, r *http.Request, idle time.Duration) (bounded *http.Request, done func()) {
	if r.Body == nil || r.Body == http.NoBody {
		return r, func() {}
	}

	if idle == 0 {
		idle = DefaultIdle
	}

	b := &Body{body: r.Body, control: http.NewResponseController(w), idle: idle}

	bounded = r.WithContext(context.WithValue(r.Context(), bodyOf{}, b))
	bounded.Body = b

	return bounded, b.rest
}

// Within bounds the time for the whole of a bounded request's body, from now on.
func Within(r *http.Request, limit time.Duration) {
	if b, bounded := r.Body.(*Body); bounded {
		b.mu.Lock()
		defer b.mu.Unlock()

		b.until = time.Now().Add(limit)
	}
}

// Read implements [io.Reader]. Its errors are io.EOF, ErrIncomplete and ErrSlow.
func (b *Body) Read(buffer []byte) (int, error) {
	b.mu.Lock()

	deadline := time.Now().Add(b.idle)
	if !b.until.IsZero() && b.until.Before(deadline) {
		deadline = b.until
	}

	b.deadline(deadline)
	b.mu.Unlock()

	read, err := b.body.Read(buffer)
	if err == nil {
		return read, nil
	}

	if errors.Is(err, io.EOF) {
		// The server now reads on to notice a client that goes away: it has no deadline.
		b.end(time.Time{})

		return read, io.EOF
	}

	b.end(time.Now())

	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = ErrSlow
	} else {
		err = fmt.Errorf("%w: %w", ErrIncomplete, err)
	}

	b.mu.Lock()
	defer b.mu.Unlock()

	b.failure = err

	return read, err
}

// Close implements [io.Closer].
func (b *Body) Close() error { return b.body.Close() }

// rest bounds what the server still reads of a body that nobody has read to its end.
func (b *Body) rest() { b.end(time.Now().Add(restTime)) }

// end sets the last deadline, once.
func (b *Body) end(deadline time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()

	if !b.ended {
		b.deadline(deadline)

		b.ended = true
	}
}

// deadline is called with the lock held. A server that knows no deadlines, as in tests,
// has none.
func (b *Body) deadline(at time.Time) {
	if !b.ended {
		_ = b.control.SetReadDeadline(at)
	}
}
