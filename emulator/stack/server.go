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

// server is one port. It is opened before its handler exists, because the parts of the
// stack need its number.
type server struct {
	listener net.Listener
	http     *http.Server

	mu sync.Mutex
	// fresh has the connections without a request so far. Clients open connections in
	// advance, and Shutdown would wait for their first request.
	fresh  map[net.Conn]struct{}
	closed bool // No connection counts as fresh any longer.
}

func listen(address string) (*server, error) {
	listener, err := net.Listen("tcp", address) //nolint:noctx // Binding a local port does not wait.
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}

	return &server{listener: listener}, nil
}

func (s *server) url() string { return "http://" + s.listener.Addr().String() }

const (
	// headerTimeout limits how long a client may take to send the header of a request.
	// The time for a body has no limit here, because an upload may take long.
	headerTimeout = 10 * time.Second
	// idleTimeout limits how long a connection stays open between two requests. It is
	// longer than Go's clients, including the AWS SDK, keep a connection (90 s): the
	// client should close first, because it may be about to send its next request.
	idleTimeout = 2 * time.Minute
)

func (s *server) serve(handler http.Handler) {
	s.fresh = map[net.Conn]struct{}{}
	s.http = &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, ConnState: s.note}

	go func() { _ = s.http.Serve(s.listener) }() // Ends with ErrServerClosed, in close.
}

// note keeps the list of fresh connections up to date.
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

// closeFresh closes the connections without a request so far.
func (s *server) closeFresh() {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.closed = true

	for connection := range s.fresh {
		_ = connection.Close() // No request is lost.
	}
}

// close lets requests in progress finish until ctx is done, and then closes their
// connections.
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
