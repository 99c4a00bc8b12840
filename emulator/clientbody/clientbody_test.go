package clientbody_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"triptych/emulator/clientbody"
)

// pipe is a listener that accepts one connection in memory, because a real connection would
// not use the test's clock.
type pipe chan net.Conn

func (p pipe) Accept() (net.Conn, error) {
	connection, open := <-p
	if !open {
		return nil, net.ErrClosed
	}

	return connection, nil
}

func (p pipe) Close() error { return nil }

func (p pipe) Addr() net.Addr { return &net.TCPAddr{} }

func TestBound(t *testing.T) {
	const idle = time.Second

	for name, c := range map[string]struct {
		path   string
		length int
		pause  time.Duration // between two bytes
		bytes  int
		hangUp bool
		want   error
	}{
		"a whole body":           {"/", 10, 0, 10, false, nil},
		"a slow body":            {"/", 10, idle - 1, 10, false, nil},
		"a body that stops":      {"/", 10, 0, 3, false, clientbody.ErrSlow},
		"a body that is cut off": {"/", 10, 0, 3, true, clientbody.ErrIncomplete},
		"a body that takes long": {"/whole", 20, idle / 5, 20, false, clientbody.ErrSlow},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ends := make(chan error, 1)
				listener := make(pipe, 1)
				server := http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					bounded, done := clientbody.Bound(w, r, idle)
					defer done()

					if r.URL.Path == "/whole" {
						clientbody.Within(bounded, 2*idle)
					}

					_, err := io.Copy(io.Discard, bounded.Body)
					ends <- err

					if err != nil {
						return
					}

					time.Sleep(idle + idle/2) // The time for an answer has no limit.

					if r.Context().Err() != nil {
						t.Error("the deadline of the body has ended the request")
					}
				})}

				go func() { _ = server.Serve(listener) }()

				connection, far := net.Pipe()

				var client sync.WaitGroup

				defer func() {
					connection.Close()
					client.Wait()
					close(listener)

					_ = server.Close()
				}()

				listener <- far

				_, _ = fmt.Fprintf(connection, "PUT %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", c.path, c.length)

				client.Go(func() { // A write waits for a read, and the server may have stopped reading.
					for range c.bytes {
						time.Sleep(c.pause)

						if _, err := io.WriteString(connection, "x"); err != nil {
							return
						}
					}

					if c.hangUp {
						connection.Close()
					}
				})

				if err := <-ends; !errors.Is(err, c.want) {
					t.Errorf("%v, want %v", err, c.want)
				}

				if c.want != nil {
					return
				}

				response, err := http.ReadResponse(bufio.NewReader(connection), nil)
				if err != nil || response.StatusCode != http.StatusOK {
					t.Errorf("%v %v", response, err)
				}
			})
		})
	}
}
