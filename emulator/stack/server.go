package stack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// server is one port. It is taken before there is anything to serve, because the
// parts need to be told its number.
type server struct {
	listener net.Listener
	http     *http.Server

	mu sync.Mutex
	// fresh are the connections that nothing was asked on yet. Clients open them
	// ahead of need, and Shutdown would wait for their first request.
	fresh  map[net.Conn]struct{}
	closed bool // No connection is fresh any longer.
}

func listen(address string) (*server, error) {
	listener, err := net.Listen("tcp", address) //nolint:noctx // Binding a local port doesn't wait.
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}

	return &server{listener: listener}, nil
}

func (s *server) url() string { return "http://" + s.listener.Addr().String() }

const (
	// headerTimeout bounds how long a client may take to send a request's head.
	// Bodies are not bounded in time: an upload takes as long as it takes.
	headerTimeout = 10 * time.Second
	// idleTimeout bounds how long a connection stays open between two requests. It is
	// above what Go's clients, the AWS SDK's among them, keep one for (90 s): who closes
	// first should be the client, which may be about to send its next request.
	idleTimeout = 2 * time.Minute
)

func (s *server) serve(handler http.Handler) {
	s.fresh = map[net.Conn]struct{}{}
	s.http = &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, ConnState: s.note}

	go func() { _ = s.http.Serve(s.listener) }() // Ends with ErrServerClosed, in close.
}

// note keeps the list of fresh connections.
func (s *server) note(connection net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()

	switch {
	case state != http.StateNew:
		delete(s.fresh, connection)
	case s.closed:
		_ = connection.Close() // As in closeFresh.
	default:
		s.fresh[connection] = struct{}{}
	}
}

// closeFresh closes the connections that nothing was asked on yet.
func (s *server) closeFresh() {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.closed = true

	for connection := range s.fresh {
		_ = connection.Close() // Nothing is lost with it.
	}
}

// close lets requests under way end until ctx does, and then cuts them off.
func (s *server) close(ctx context.Context) error {
	switch {
	case s == nil:
		return nil
	case s.http == nil:
		return s.listener.Close()
	}

	s.closeFresh()

	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return s.http.Close()
	}

	return err
}
