package objectstore

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"triptych/emulator/iam"
	"triptych/emulator/objectstore/bucketconfig"
	"triptych/emulator/objectstore/link"
)

// startTimeout limits the wait for the server's first answer.
const startTimeout = 10 * time.Second

// Store is a running object store.
type Store struct {
	handler http.Handler
	// configurations is nil in a store without a database.
	configurations *bucketconfig.Store
	transport      *http.Transport
	calls          *calls
	server         *process
	failed         chan error
	stop           context.CancelFunc
	removeSocket   func()
}

// Open starts the store. Before it returns, it creates the missing buckets and publishes
// the events of writes that a killed process has not published.
func Open(config Config) (*Store, error) {
	config, err := config.withDefaults()
	if err != nil {
		return nil, err
	}

	store, err := open(config)
	if err != nil {
		return nil, fmt.Errorf("open object store %s: %w", config.Dir, err)
	}

	return store, nil
}

func open(config Config) (_ *Store, err error) {
	dir, err := filepath.Abs(config.Dir)
	if err != nil {
		return nil, fmt.Errorf("resolve %s: %w", config.Dir, err)
	}

	socket, removeSocket, err := socketPath(dir)
	if err != nil {
		return nil, err
	}

	life, stop := context.WithCancel(context.Background())

	store := &Store{stop: stop, removeSocket: removeSocket, failed: make(chan error, 1)}

	defer func() {
		if err != nil {
			store.end()
		}
	}()

	settings := link.Settings{
		Dir: dir, Socket: socket, Buckets: config.Buckets, Account: config.Account, Region: config.Region, Secrets: map[string]string{},
	}
	for _, principal := range config.Principals.All() {
		settings.Secrets[principal.AccessKey] = principal.SecretKey
	}

	settings.Outbox = config.DB != nil && config.Notify != nil
	store.calls = newCalls(life, config, settings)

	if settings.Outbox {
		if store.calls.outbox, err = openOutbox(config.DB, config.Now); err != nil {
			return nil, err
		}
	}

	store.transport = newTransport(socket)
	store.handler = newHandler(store.transport, config.Log)

	if err := store.start(); err != nil {
		return nil, err
	}

	if settings.Outbox {
		if err := store.configure(life, config, dir); err != nil {
			return nil, err
		}
	}

	go store.watch()

	return store, nil
}

// configure opens the configurations of the buckets.
func (s *Store) configure(life context.Context, config Config, dir string) error {
	var declared []bucketconfig.Bucket
	for _, bucket := range config.Buckets {
		declared = append(declared, bucketconfig.Bucket{Name: bucket.Name, Events: bucket.Notify, Policy: bucket.Policy, Parsed: bucket.Parsed, Lifecycle: bucket.Lifecycle})
	}

	var err error

	s.configurations, err = bucketconfig.Open(bucketconfig.Config{
		DB: config.DB, Account: config.Account, Buckets: declared,
		Exists: func(bucket string) bool {
			facts, err := os.Stat(filepath.Join(dir, "buckets", bucket))

			return err == nil && facts.IsDir()
		},
	})
	if err != nil {
		return err
	}

	s.configurations.Watch(func(buckets []string) { s.calls.notifying.set(life, buckets) })
	s.handler = s.configurations.Handler(s.handler)

	return nil
}

// BucketPolicy returns the policy of a bucket, or nil if it has none.
func (s *Store) BucketPolicy(bucket string) *iam.Policy {
	if s.configurations == nil {
		return nil
	}

	return s.configurations.Policy(bucket)
}

// start starts the server and waits until it answers.
func (s *Store) start() error {
	var err error
	if s.server, err = startServer(s.calls); err != nil {
		return err
	}

	select {
	case <-s.calls.ready:
		return s.waitUntilServing()
	case <-s.server.ended:
		return s.server.failure()
	}
}

// waitUntilServing waits for the server's first answer. The server reports that it is ready a moment
// before it serves, and a shutdown in that moment would never end.
func (s *Store) waitUntilServing() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+serverHost+"/", nil)
	if err != nil {
		return fmt.Errorf("greet the server: %w", err)
	}

	response, err := s.transport.RoundTrip(request)
	if err != nil {
		return fmt.Errorf("greet the server: %w", err)
	}

	return response.Body.Close()
}

// watch reports the end of the server, unless Close has caused it.
func (s *Store) watch() {
	<-s.server.ended

	if !s.server.stopping.Load() {
		s.failed <- s.server.failure()
	}
}

// Handler implements S3's API, path-style. It verifies signatures, not permissions.
func (s *Store) Handler() http.Handler { return s.handler }

// Failed receives the error of a store whose server has ended although nobody closed the
// store. Every request is then answered with ServiceUnavailable. A new Open loses nothing
// that was accepted.
func (s *Store) Failed() <-chan error { return s.failed }

// Close ends the store. It lets running requests finish until ctx is done.
func (s *Store) Close(ctx context.Context) error {
	defer s.end()

	select {
	case <-s.server.ended:
		return nil // Failed has reported it.
	default:
	}

	s.transport.CloseIdleConnections()
	s.server.stopping.Store(true)
	s.calls.stop()

	var err error

	select {
	case <-s.server.ended:
		err = s.server.err
	case <-ctx.Done():
		err = ctx.Err()
	}

	if err != nil {
		return fmt.Errorf("close object store: %w", err)
	}

	return nil
}

// end ends everything that open has started.
func (s *Store) end() {
	s.stop()

	if s.server != nil {
		s.server.kill()
	}

	s.removeSocket()
}
