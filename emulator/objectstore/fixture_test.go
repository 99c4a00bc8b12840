package objectstore_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"go.etcd.io/bbolt"

	"triptych/emulator/gateway"
	"triptych/emulator/iam"
	"triptych/emulator/objectstore"
	"triptych/emulator/objectstore/s3event"
)

const (
	uploads  = "triptych-uploads"
	variants = "triptych-variants"
)

// fixture is a complete S3 for one test: the store behind the gateway, a client, and the
// events that it published.
type fixture struct {
	t      testing.TB
	dir    string
	db     *bbolt.DB
	store  *objectstore.Store
	url    string
	client *s3.Client
	server *httptest.Server

	mu     sync.Mutex
	events []s3event.Event
	refuse error // Notify returns this error instead of accepting the event.
}

func newFixture(t testing.TB) *fixture {
	t.Helper()

	l := &fixture{t: t, dir: t.TempDir()}

	db, err := bbolt.Open(filepath.Join(l.dir, "state.db"), 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}

	l.db = db

	t.Cleanup(func() {
		l.stop()

		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	l.start()

	return l
}

// start opens the store on the fixture's files, like a new process.
func (l *fixture) start() {
	l.t.Helper()

	principals, err := iam.NewDirectory(&iam.Principal{
		ARN: "arn:aws:iam::000000000000:root", AccessKey: "test", SecretKey: "test",
	})
	if err != nil {
		l.t.Fatal(err)
	}

	l.store, err = objectstore.Open(objectstore.Config{
		Dir: filepath.Join(l.dir, "s3"), DB: l.db, Principals: principals, Notify: l.notify,
		Buckets: []objectstore.Bucket{{Name: uploads, Versioned: true, Notify: true}, {Name: variants}},
	})
	if err != nil {
		l.t.Fatal(err)
	}

	door, err := gateway.New(gateway.Config{Principals: principals, S3: l.store.Handler()})
	if err != nil {
		l.t.Fatal(err)
	}

	l.server = httptest.NewServer(door)
	l.url = l.server.URL
	l.client = clientOf(l.url, "test", "test")
}

func (l *fixture) stop() {
	l.t.Helper()

	if l.store == nil {
		return
	}

	l.server.Close()

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()

	if err := l.store.Close(ctx); err != nil {
		l.t.Error(err)
	}

	l.store = nil
}

func (l *fixture) notify(_ context.Context, event s3event.Event) error {
	l.mu.Lock()
	defer l.mu.Unlock()

	if l.refuse != nil {
		return l.refuse
	}

	l.events = append(l.events, event)

	return nil
}

func (l *fixture) setRefuse(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()

	l.refuse = err
}

// taken returns the events so far, and removes them.
func (l *fixture) taken() []s3event.Event {
	l.mu.Lock()
	defer l.mu.Unlock()

	events := l.events
	l.events = nil

	return events
}

// intents counts the open intents in the outbox.
func (l *fixture) intents() int {
	l.t.Helper()

	count := 0

	err := l.db.View(func(tx *bbolt.Tx) error {
		count = tx.Bucket([]byte("s3.intents")).Stats().KeyN

		return nil
	})
	if err != nil {
		l.t.Fatal(err)
	}

	return count
}

func (l *fixture) put(bucket, key, body string) *s3.PutObjectOutput {
	l.t.Helper()

	out, err := l.client.PutObject(l.t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(body)})
	if err != nil {
		l.t.Fatalf("put %q: %v", key, err)
	}

	return out
}

func clientOf(url, accessKey, secretKey string) *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: &url,
		Region:       "us-east-1",
		UsePathStyle: true,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: accessKey, SecretAccessKey: secretKey}, nil
		}),
		RetryMaxAttempts: 1,
	})
}

// code is the API error's code, or "" without an error.
func code(err error) string {
	if failure, is := errors.AsType[smithy.APIError](err); is {
		return failure.ErrorCode()
	}

	if err != nil {
		return "not an API error: " + err.Error()
	}

	return ""
}
