package objectstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3api"
	"github.com/versity/versitygw/s3api/middlewares"
)

const (
	// maxCopyBytes is S3's limit on the source of one copy: 5 GiB.
	maxCopyBytes = 5 << 30
	// maxParts is S3's limit on the parts of a multipart upload.
	maxParts = 10_000
	// maxRequests limits the concurrent requests. An emulator on one machine has fewer
	// clients.
	maxRequests = 1024

	// startTimeout limits the wait for the server's first answer.
	startTimeout = 10 * time.Second

	folderMode = 0o755
	socketMode = 0o600

	// socket is relative to the server's working directory, which is buckets/: the
	// absolute path of a socket is limited to about 100 bytes.
	socket = "../s3.sock"
)

// opened is true if this process has a store; it can have only one, because it has one
// working directory.
var opened atomic.Bool

// Store is a running object store.
type Store struct {
	handler   http.Handler
	transport *http.Transport
	server    *s3api.S3ApiServer
	backend   backend.Backend
	served    chan error
	stop      context.CancelFunc
	before    string // The process's original working directory.
}

// Open starts the store. Before it returns, it creates the missing buckets and publishes
// the events of writes that a killed process has not published.
func Open(config Config) (*Store, error) {
	config, err := config.withDefaults()
	if err != nil {
		return nil, err
	}

	if !opened.CompareAndSwap(false, true) {
		return nil, fmt.Errorf("open object store %s: %w", config.Dir, ErrOpened)
	}

	store, err := open(config)
	if err != nil {
		opened.Store(false)

		return nil, fmt.Errorf("open object store %s: %w", config.Dir, err)
	}

	return store, nil
}

func open(config Config) (_ *Store, err error) {
	before, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("find the working directory: %w", err)
	}

	files, err := openFiles(config.Dir)
	if err != nil {
		return nil, errors.Join(err, os.Chdir(before))
	}

	life, stop := context.WithCancel(context.Background())

	store := &Store{backend: files, stop: stop, before: before, served: make(chan error, 1)}

	defer func() {
		if err != nil {
			stop()
			files.Shutdown()

			err = errors.Join(err, os.Chdir(before))
		}
	}()

	if err := makeBuckets(life, files, config); err != nil {
		return nil, err
	}

	notifier, err := newNotifier(life, files, config)
	if err != nil {
		return nil, err
	}

	if err := store.serve(config, &decorator{Backend: files, notifier: notifier, principals: config.Principals}); err != nil {
		return nil, err
	}

	return store, nil
}

func newNotifier(life context.Context, files backend.Backend, config Config) (*notifier, error) {
	a := &notifier{
		backend: files, notify: config.Notify, notifies: map[string]bool{},
		account: config.Account, region: config.Region, log: config.Log, life: life,
	}

	for _, bucket := range config.Buckets {
		if bucket.Notify {
			a.notifies[bucket.Name] = true
		}
	}

	if len(a.notifies) == 0 {
		return a, nil
	}

	var err error
	if a.outbox, err = openOutbox(config.DB, config.Now); err != nil {
		return nil, err
	}

	return a, a.reconcileAll()
}

// serve starts the server on its socket and waits until it is ready.
func (s *Store) serve(config Config, files backend.Backend) error {
	ready := make(chan struct{})

	// The server requires a root user. Nobody knows the keys of this one.
	root := middlewares.RootUserConfig{Access: rand.Text(), Secret: rand.Text()}

	server, err := s3api.New(files, root, config.Region, accounts{principals: config.Principals}, nil, nil, nil, nil,
		s3api.WithQuiet(), s3api.WithKeepAlive(), s3api.WithDisableACL(),
		s3api.WithMpMaxParts(maxParts), s3api.WithConcurrencyLimiter(maxRequests, maxRequests),
		s3api.WithSocketPerm(socketMode), s3api.WithOnListen(func() { close(ready) }))
	if err != nil {
		return fmt.Errorf("make the server: %w", err)
	}

	go func() { s.served <- server.ServeMultiPort([]string{socket}) }()

	select {
	case <-ready:
	case err := <-s.served:
		return fmt.Errorf("serve on the socket: %w", err)
	}

	s.server = server
	s.transport = newTransport()
	s.handler = newHandler(s.transport, config.Log)

	return s.waitUntilServing()
}

// waitUntilServing waits for the server's first answer. The server reports that it is ready a moment
// before it serves, and a shutdown in that moment would never end.
func (s *Store) waitUntilServing() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://s3/", nil)
	if err != nil {
		return fmt.Errorf("greet the server: %w", err)
	}

	response, err := s.transport.RoundTrip(request)
	if err != nil {
		return fmt.Errorf("greet the server: %w", err)
	}

	return response.Body.Close()
}

// Handler implements S3's API, path-style. It verifies signatures, not permissions.
func (s *Store) Handler() http.Handler { return s.handler }

// Close ends the store. It lets running requests finish until ctx is done, and restores
// the process's working directory.
func (s *Store) Close(ctx context.Context) error {
	s.transport.CloseIdleConnections()

	down := make(chan error, 1)

	go func() {
		err := s.server.ShutDown()
		<-s.served //nolint:errcheck // It only reports that the listener was closed, as requested.

		down <- err
	}()

	var err error
	select {
	case err = <-down:
	case <-ctx.Done():
		err = ctx.Err()
	}

	s.stop()
	s.backend.Shutdown()

	err = errors.Join(err, os.Chdir(s.before))

	opened.Store(false)

	if err != nil {
		return fmt.Errorf("close object store: %w", err)
	}

	return nil
}
