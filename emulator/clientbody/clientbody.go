// Package clientbody limits the time that a client may take to send the body of a
// request. It also distinguishes a body that the client cut off from every other error.
//
// A large upload can take a long time, so there is no limit on the time of the whole
// body. Instead, the package limits how long a client may send nothing, as S3 does with
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

// Errors of a read that the client caused.
var (
	ErrIncomplete = errors.New("the client sent less of the body than it announced")
	ErrSlow       = errors.New("the client sent nothing of the body for too long")
)

// DefaultIdle is how long a client may send nothing.
const DefaultIdle = 20 * time.Second

// restTime limits how long the server reads the rest of a body before it sends an answer
// that did not need the body. It is enough for the bytes that are in transit on this
// machine.
const restTime = 200 * time.Millisecond

// Body is the body of a request with a read deadline.
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

// Failure returns the error of the read of a bounded request's body that failed, or nil
// if no read failed. It is for handlers that pass the body on to another server: when
// that server aborts first, the error of the handler says nothing about the body.
func Failure(r *http.Request) error {
	b, bounded := r.Context().Value(bodyOf{}).(*Body)
	if !bounded {
		return nil
	}

	b.mu.Lock()
	defer b.mu.Unlock()

	return b.failure
}

// Bound sets a deadline of idle for each read of the request's body; 0 means DefaultIdle.
// A request without a body stays unchanged. Call done when the request has been answered.
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

// Within limits the time for the whole body of a bounded request, starting now.
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
		// The server now reads on to detect that the client disconnects. That read has no
		// deadline.
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

// rest limits how long the server still reads a body that no handler has read to its end.
func (b *Body) rest() { b.end(time.Now().Add(restTime)) }

// end sets the last deadline. Later calls have no effect.
func (b *Body) end(deadline time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()

	if !b.ended {
		b.deadline(deadline)

		b.ended = true
	}
}

// deadline sets the read deadline. The caller holds the lock. A server without support
// for deadlines, as in tests, has no deadline.
func (b *Body) deadline(at time.Time) {
	if !b.ended {
		_ = b.control.SetReadDeadline(at)
	}
}
