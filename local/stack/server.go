package stack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// server is one port. It is taken before there is anything to serve, because the
// parts need to be told its number.
type server struct {
	listener net.Listener
	http     *http.Server
}

func listen(address string) (*server, error) {
	listener, err := net.Listen("tcp", address) //nolint:noctx // Binding a local port doesn't wait.
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}

	return &server{listener: listener}, nil
}

func (s *server) url() string { return "http://" + s.listener.Addr().String() }

// headerTimeout bounds how long a client may take to send a request's head.
// Bodies are not bounded in time: an upload takes as long as it takes.
const headerTimeout = 10 * time.Second

func (s *server) serve(handler http.Handler) {
	s.http = &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout}

	go func() { _ = s.http.Serve(s.listener) }() // Ends with ErrServerClosed, in close.
}

// close lets requests under way end until ctx does, and then cuts them off.
func (s *server) close(ctx context.Context) error {
	switch {
	case s == nil:
		return nil
	case s.http == nil:
		return s.listener.Close() //nolint:wrapcheck // The caller names the server.
	}

	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return s.http.Close() //nolint:wrapcheck // As above.
	}

	return err //nolint:wrapcheck // As above.
}
