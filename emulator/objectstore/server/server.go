// Package server is the S3 server of the object store: versitygw, which stores objects as
// plain files, and around its backend the events and the details of S3 that it does not
// have. It runs in a process of its own, because versitygw changes the working directory
// of its process.
package server

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"sync/atomic"
	"syscall"

	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3api"
	"github.com/versity/versitygw/s3api/middlewares"

	"triptych/emulator/objectstore/link"
)

const (
	// maxCopyBytes is S3's limit on the source of one copy: 5 GiB.
	maxCopyBytes = 5 << 30
	// maxParts is S3's limit on the parts of a multipart upload.
	maxParts = 10_000
	// maxRequests limits the concurrent requests. An emulator on one machine has fewer
	// clients.
	maxRequests = 1024

	folderMode = 0o755
	socketMode = 0o600
)

// Main runs the server until the parent stops it, and returns the exit code of the
// process. If the parent ends in any other way, the process exits immediately, in the
// middle of its requests, as a killed store would.
func Main() int {
	// Ctrl-C in a terminal reaches both processes. The parent decides when the server ends.
	signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)

	// Standard output belongs to the link, and versitygw prints.
	output := os.Stdout
	os.Stdout = os.Stderr

	var socket atomic.Pointer[string]

	parent := link.NewClient(os.Stdin, output, func() {
		if path := socket.Load(); path != nil {
			_ = os.Remove(*path) // The next start would remove it too.
		}

		os.Exit(1)
	})

	settings, err := parent.Settings()
	if err != nil {
		fmt.Fprintln(os.Stderr, "the object store's server has no parent process:", err)

		return 1
	}

	socket.Store(&settings.Socket)

	if err := run(settings, parent); err != nil {
		if unreported := parent.Fail(err.Error()); unreported != nil {
			fmt.Fprintln(os.Stderr, "the object store's server ends:", err)
		}

		return 1
	}

	return 0
}

// run serves until the parent stops the server.
func run(settings link.Settings, parent *link.Client) error {
	life, stop := context.WithCancel(context.Background())
	defer stop()

	release, err := lock(filepath.Join(settings.Dir, lockName))
	if err != nil {
		return err
	}
	defer release()

	files, err := openFiles(settings.Dir)
	if err != nil {
		return err
	}
	defer files.Shutdown()

	if err := makeBuckets(life, files, settings); err != nil {
		return err
	}

	notifier := newNotifier(life, files, settings, parent)
	if err := notifier.reconcileAll(); err != nil {
		return err
	}

	if settings.Outbox {
		go notifier.follow() // Ends with the parent.
	}

	store := &decorator{Backend: files, notifier: notifier, callers: accounts{settings.Secrets, parent}, parent: parent}

	return serve(settings, store, parent)
}

// serve listens on the socket, and returns after the requests that were in progress when
// the parent stopped the server.
func serve(settings link.Settings, store backend.Backend, parent *link.Client) error {
	ready := make(chan struct{})

	// The server requires a root user. Nobody knows the keys of this one.
	root := middlewares.RootUserConfig{Access: rand.Text(), Secret: rand.Text()}

	server, err := s3api.New(store, root, settings.Region, accounts{settings.Secrets, parent}, nil, nil, nil, nil,
		s3api.WithQuiet(), s3api.WithKeepAlive(), s3api.WithDisableACL(),
		s3api.WithMpMaxParts(maxParts), s3api.WithConcurrencyLimiter(maxRequests, maxRequests),
		s3api.WithSocketPerm(socketMode), s3api.WithOnListen(func() { close(ready) }))
	if err != nil {
		return fmt.Errorf("make the server: %w", err)
	}

	served := make(chan error, 1)

	go func() { served <- server.ServeMultiPort([]string{settings.Socket}) }()

	select {
	case <-ready:
	case err := <-served:
		return fmt.Errorf("serve on the socket: %w", err)
	}

	if err := parent.Started(); err != nil {
		return fmt.Errorf("report the start: %w", err)
	}

	stopped := make(chan error, 1)

	go func() { stopped <- parent.AwaitStop() }()

	select {
	case err := <-stopped:
		if err != nil {
			return fmt.Errorf("wait for the stop: %w", err)
		}
	case err := <-served:
		return fmt.Errorf("serve on the socket: %w", err)
	}

	if err := server.ShutDown(); err != nil {
		return fmt.Errorf("finish the requests: %w", err)
	}

	return nil
}
