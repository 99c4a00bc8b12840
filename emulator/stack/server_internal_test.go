package stack

import (
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener in memory, because a real port would not use the test's clock.
type pipes struct {
	dialled chan net.Conn
	closed  chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case connection := <-p.dialled:
		return connection, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error {
	close(p.closed)

	return nil
}

func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// TestServer_idle_connections checks that a connection stays open between requests, but
// not forever, and that a connection whose header does not arrive is closed earlier. A
// request in progress has no time limit.
func TestServer_idle_connections(t *testing.T) {
	t.Parallel()

	const work = time.Hour

	for name, test := range map[string]struct {
		send string
		ends time.Duration // Since the connection was opened.
	}{
		"half a head":     {"GET / HTTP/1.1\r\nHost: ", headerTimeout},
		"after an answer": {"GET / HTTP/1.1\r\nHost: here\r\n\r\n", work + idleTimeout},
		"after two of them": {
			"GET / HTTP/1.1\r\nHost: here\r\n\r\nGET / HTTP/1.1\r\nHost: here\r\n\r\n", 2*work + idleTimeout,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				listener := pipes{make(chan net.Conn), make(chan struct{})}
				server := &server{listener: listener}
				server.serve(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(work) }))

				defer func() {
					if err := server.close(t.Context()); err != nil {
						t.Error(err)
					}
				}()

				near, far := net.Pipe()
				defer near.Close()

				listener.dialled <- far

				begun := time.Now()

				go func() { _, _ = io.WriteString(near, test.send) }() // All input is read before the connection ends.

				if _, err := io.Copy(io.Discard, near); err != nil {
					t.Error(err)
				}

				if after := time.Since(begun); after != test.ends {
					t.Errorf("closed after %v, want %v", after, test.ends)
				}
			})
		})
	}
}
