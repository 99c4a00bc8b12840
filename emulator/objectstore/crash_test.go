package objectstore_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"go.etcd.io/bbolt"

	"triptych/emulator/gateway"
	"triptych/emulator/iam"
	"triptych/emulator/objectstore"
	"triptych/emulator/objectstore/s3event"
)

// childDir is an environment variable. It makes the test binary the process that is
// killed.
const childDir = "TRIPTYCH_TEST_STORE"

// clockTick is the longest tick of the clock that stamps files.
const clockTick = 20 * time.Millisecond

// halfBytes is more than all buffers on the way to the store can hold.
const halfBytes = 4 << 20

// TestMain runs the tests, or the store that they kill.
func TestMain(m *testing.M) {
	objectstore.RunServer()

	if dir := os.Getenv(childDir); dir != "" {
		fmt.Fprintln(os.Stdout, "child:", runChild(dir))
		os.Exit(1)
	}

	os.Exit(m.Run())
}

// runChild serves a store whose bus hangs for whole.jpg, prints the address and the id of
// the server's process, and waits to be killed.
func runChild(dir string) error {
	db, err := bbolt.Open(filepath.Join(dir, "state.db"), 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		return err
	}

	principals, err := iam.NewDirectory(&iam.Principal{ARN: "arn:aws:iam::000000000000:root", AccessKey: "test", SecretKey: "test"})
	if err != nil {
		return err
	}

	store, err := objectstore.Open(objectstore.Config{
		Dir: filepath.Join(dir, "s3"), DB: db, Principals: principals,
		Buckets: []objectstore.Bucket{{Name: uploads, Versioned: true, Notify: true}, {Name: variants, Notify: true}},
		Notify: func(_ context.Context, e s3event.Event) error {
			if e.Detail.Object.Key != "whole.jpg" {
				return nil
			}

			fmt.Fprintln(os.Stdout, "written whole.jpg")

			select {}
		},
	})
	if err != nil {
		return err
	}

	door, err := gateway.New(gateway.Config{Principals: principals, S3: store.Handler()})
	if err != nil {
		return err
	}

	fmt.Fprintln(os.Stdout, httptest.NewServer(door).URL, store.ServerPID())

	select {}
}

// TestKilledProcessLosesNoUpload kills the process twice: after the file was written and
// before the event was delivered, and in the middle of the body. It kills the server's
// process in the same moment, or leaves it to end with its parent.
func TestKilledProcessLosesNoUpload(t *testing.T) {
	for _, test := range []struct {
		name, bucket string
		both         bool // Both processes are killed.
	}{
		{"both processes, with versions", uploads, true},
		{"both processes, without versions", variants, true},
		{"the parent only", uploads, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			bucket := test.bucket
			dir := t.TempDir()

			child := exec.CommandContext(t.Context(), os.Args[0])

			child.Env = append(os.Environ(), childDir+"="+dir)

			// Both processes have this pipe, so its end is the end of both.
			alive, stderr, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer alive.Close()

			child.Stderr = stderr

			pipe, err := child.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}

			if err := child.Start(); err != nil {
				t.Fatal(err)
			}

			_ = stderr.Close()

			lines := bufio.NewScanner(pipe)
			lines.Scan()

			var (
				url    string
				server int
			)

			if _, err := fmt.Sscan(lines.Text(), &url, &server); err != nil {
				t.Fatalf("%q: %v", lines.Text(), err)
			}

			client := clientOf(url, "test", "test")
			ctx, cancel := context.WithCancel(t.Context())

			defer cancel()

			_, err = client.PutObject(ctx, &s3.PutObjectInput{
				Bucket: &bucket, Key: aws.String("half.jpg"), Body: strings.NewReader("old"),
			})
			if err != nil {
				t.Fatal(err)
			}

			time.Sleep(2 * clockTick) // Otherwise an old file could have the same time as the next write.
			sendHalf(ctx, t, client, bucket)
			waitForHalf(t, dir)

			go func() {
				_, _ = client.PutObject(ctx, &s3.PutObjectInput{
					Bucket: &bucket, Key: aws.String("whole.jpg"), Body: strings.NewReader("whole"),
				})
			}()

			for lines.Scan() && lines.Text() != "written whole.jpg" {
			}

			if test.both { // A stopped process does not clean up before it is killed.
				if err := syscall.Kill(server, syscall.SIGSTOP); err != nil {
					t.Fatal(err)
				}
			}

			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}

			if test.both {
				if err := syscall.Kill(server, syscall.SIGKILL); err != nil {
					t.Fatal(err)
				}
			}

			_ = child.Wait() // It returns an error because the process was killed.

			if said, err := io.ReadAll(alive); err != nil || len(said) > 0 {
				t.Errorf("the processes wrote %q (%v)", said, err)
			}

			if n := len(leftovers(t, dir)); test.both && n != 1 {
				t.Fatalf("%d half uploads are left, want 1: the test has not come to what it tests", n)
			}

			intents, announced := reopen(t, dir)
			if intents != 2 {
				t.Fatalf("%d intents were left, want 2: the test has not come to what it tests", intents)
			}

			if len(announced) != 1 || announced[0].Detail.Object.Key != "whole.jpg" || *announced[0].Detail.Object.Size != 5 {
				t.Errorf("announced %+v", announced)
			}

			if left := leftovers(t, dir); len(left) > 0 {
				t.Errorf("half uploads are left: %v", left)
			}
		})
	}
}

// sendHalf starts an upload whose body never ends, and returns when the first half has
// been sent.
func sendHalf(ctx context.Context, t *testing.T, client *s3.Client, bucket string) {
	t.Helper()

	signed, err := s3.NewPresignClient(client).PresignPutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: aws.String("half.jpg")})
	if err != nil {
		t.Fatal(err)
	}

	body, half := io.Pipe()

	request, err := http.NewRequestWithContext(ctx, http.MethodPut, signed.URL, body)
	if err != nil {
		t.Fatal(err)
	}

	request.ContentLength = 2 * halfBytes

	go func() {
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			_ = response.Body.Close()
		}
	}()

	if _, err := half.Write(make([]byte, halfBytes)); err != nil {
		t.Fatal(err)
	}
}

// waitForHalf waits until the server has begun to write the half upload to a file.
func waitForHalf(t *testing.T, dir string) {
	t.Helper()

	for deadline := time.Now().Add(time.Minute); len(leftovers(t, dir)) == 0; {
		if time.Now().After(deadline) {
			t.Fatal("the server has no half upload after a minute")
		}

		time.Sleep(time.Millisecond)
	}
}

func leftovers(t *testing.T, dir string) []string {
	t.Helper()

	left, err := filepath.Glob(filepath.Join(dir, "s3", "buckets", "*", ".sgwtmp", "*.*"))
	if err != nil {
		t.Fatal(err)
	}

	return left
}

// reopen starts the store on the files of a killed process, and returns how many intents
// it finds and which events it publishes.
func reopen(t *testing.T, dir string) (intents int, announced []s3event.Event) {
	t.Helper()

	db, err := bbolt.Open(filepath.Join(dir, "state.db"), 0o600, &bbolt.Options{NoSync: true, Timeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()

	err = db.View(func(tx *bbolt.Tx) error {
		intents = tx.Bucket([]byte("s3.intents")).Stats().KeyN

		return nil
	})
	if err != nil {
		t.Fatal(err)
	}

	store, err := objectstore.Open(objectstore.Config{
		Dir: filepath.Join(dir, "s3"), DB: db, Principals: &iam.Directory{},
		Buckets: []objectstore.Bucket{{Name: uploads, Versioned: true, Notify: true}, {Name: variants, Notify: true}},
		Notify: func(_ context.Context, e s3event.Event) error {
			announced = append(announced, e)

			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}

	if err := store.Close(t.Context()); err != nil {
		t.Error(err)
	}

	return intents, announced
}
