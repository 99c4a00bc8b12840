package objectstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/emulator/iam"
	"triptych/emulator/objectstore"
)

// TestOpen_without_the_bus checks that the store does not open while the bus is
// not available, because the order of events would be lost.
func TestOpen_without_the_bus(t *testing.T) {
	l := newFixture(t)
	l.setRefuse(errors.New("the bus is away"))

	_, err := l.client.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(uploads), Key: aws.String("k"), Body: strings.NewReader("x"),
	})
	if got := code(err); got != "InternalError" {
		t.Errorf("put: %s", got)
	}

	l.stop()

	_, err = objectstore.Open(objectstore.Config{
		Dir: filepath.Join(l.dir, "s3"), DB: l.db, Principals: &iam.Directory{}, Notify: l.notify,
		Buckets: []objectstore.Bucket{{Name: uploads, Versioned: true, Notify: true}},
	})
	if err == nil || !strings.Contains(err.Error(), "the bus is away") {
		t.Fatalf("open: %v", err)
	}

	l.setRefuse(nil)
	l.start() // It can be opened again.

	if events := l.taken(); len(events) != 1 {
		t.Errorf("events %+v", events)
	}
}

// TestOpen_two_stores checks that a process can have two stores, and that a store does
// not change the working directory. The path of the second is too long for a socket.
func TestOpen_two_stores(t *testing.T) {
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}

	l := newFixture(t)

	other, err := objectstore.Open(objectstore.Config{
		Dir: filepath.Join(l.dir, strings.Repeat("long/", 30)), Principals: &iam.Directory{}, Buckets: []objectstore.Bucket{{Name: variants}},
	})
	if err != nil {
		t.Fatal(err)
	}

	if other.ServerPID() == l.store.ServerPID() {
		t.Error("both stores have the same server")
	}

	l.put(variants, "k", "x")

	if err := other.Close(t.Context()); err != nil {
		t.Error(err)
	}

	l.put(variants, "k", "y") // The first store still works.

	if after, err := os.Getwd(); err != nil || after != before {
		t.Errorf("the working directory is %s (%v), want %s", after, err, before)
	}
}

// TestStore_Failed kills the server. The store must say so, answer requests with an
// error, and open again.
func TestStore_Failed(t *testing.T) {
	l := newFixture(t)
	l.put(uploads, "before", "x")

	if err := syscall.Kill(l.store.ServerPID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}

	if err := <-l.store.Failed(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("failure %v, want one that says killed", err)
	}

	_, err := l.client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(uploads), Key: aws.String("before")})
	if err == nil {
		t.Error("a store without a server answers")
	}

	l.stop()
	l.start()

	_, err = l.client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(uploads), Key: aws.String("before")})
	if err != nil {
		t.Errorf("after the next start: %v", err)
	}
}

func TestConfig_all_problems(t *testing.T) {
	_, err := objectstore.Open(objectstore.Config{Buckets: []objectstore.Bucket{{Name: "b", Notify: true}}})
	for _, want := range []string{"Dir", "Principals", "bucket b notifies"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
}

// TestOpen_waits_for_the_last_server opens a store in a folder whose last server still
// writes. The second server must start after the end of the first one.
func TestOpen_waits_for_the_last_server(t *testing.T) {
	l := newFixture(t)

	var ending atomic.Bool

	opened := make(chan error, 1)
	lock := inodeOf(t, filepath.Join(l.dir, "s3", "lock"))

	go func() {
		second, err := objectstore.Open(objectstore.Config{Dir: filepath.Join(l.dir, "s3"), Principals: &iam.Directory{}})
		if err == nil && !ending.Load() {
			err = errors.New("the second server did not wait for the first")
		}

		if err == nil {
			err = second.Close(context.Background())
		}

		opened <- err
	}()

	deadline := time.After(time.Minute)

	for waits := false; !waits; {
		select {
		case err := <-opened:
			t.Fatalf("the second server did not wait for the lock: %v", err)
		case <-deadline:
			t.Fatal("after a minute the second server neither waits for the lock nor answers")
		case <-time.After(time.Millisecond):
			waits = isWaitedFor(t, lock)
		}
	}

	l.put(uploads, "k", "x") // The first server still writes.
	ending.Store(true)
	l.stop()

	if err := <-opened; err != nil {
		t.Error(err)
	}
}

// inodeOf returns the inode number of a file.
func inodeOf(t *testing.T, path string) uint64 {
	t.Helper()

	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}

	return info.Sys().(*syscall.Stat_t).Ino
}

// isWaitedFor reports whether a process waits for the lock of a file. The kernel lists a
// waiting process with an arrow (proc_locks(5)):
//
//	1: -> FLOCK  ADVISORY  WRITE 12254 fe:00:1234567 0 EOF
func isWaitedFor(t *testing.T, inode uint64) bool {
	t.Helper()

	locks, err := os.ReadFile("/proc/locks")
	if err != nil {
		t.Skip("this system does not list its locks: ", err)
	}

	for line := range strings.Lines(string(locks)) {
		if strings.Contains(line, "-> FLOCK") && strings.Contains(line, fmt.Sprintf(":%d ", inode)) {
			return true
		}
	}

	return false
}

// TestOpen_socket checks the error for a folder and a temporary folder whose paths are too
// long for a socket.
func TestOpen_socket(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), strings.Repeat("long/", 30)))

	if err := os.MkdirAll(os.TempDir(), 0o700); err != nil {
		t.Fatal(err)
	}

	_, err := objectstore.Open(objectstore.Config{Dir: filepath.Join(os.TempDir(), "s3"), Principals: &iam.Directory{}})
	if err == nil || !strings.Contains(err.Error(), "set TMPDIR to a shorter folder") {
		t.Errorf("error %v, want one that names TMPDIR", err)
	}

	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("left in the temporary folder: %v (%v)", left, err)
	}
}
