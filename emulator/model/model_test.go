package model_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"go.etcd.io/bbolt"

	"triptych/emulator/dynamodb"
	"triptych/emulator/dynamodb/attribute"
	"triptych/shared/blobs"
	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/keys"
	"triptych/shared/ledger"
	"triptych/shared/publish"
	"triptych/shared/recipe"
)

const table = "ledger"

// environment is the test environment of one key: its ledger, bucket and history.
type environment struct {
	key            string
	ledger         *ledger.Ledger
	bucket         *bucket
	deleted        []int // uploads whose version is no longer in the uploads bucket
	inFlight, died bool  // An erasure found an upload in flight; an attempt died.
	protocol       *publish.Protocol
	cdn            cache
	purges         []string      // of erasures that have ended
	later          time.Duration // how far the ledger's clock is ahead
}

// fixture creates test environments that share one table. Each has a key of its own.
type fixture struct {
	config aws.Config
	made   int
}

func newFixture(t tester) *fixture {
	t.Helper()

	folder, err := os.MkdirTemp("", "model") // A property test has no TempDir.
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = os.RemoveAll(folder) })

	db, err := bbolt.Open(filepath.Join(folder, "state.db"), 0o600, &bbolt.Options{NoSync: true, NoFreelistSync: true})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = db.Close() })

	text := func(name string) dynamodb.Key { return dynamodb.Key{Name: name, Type: attribute.KindString} }

	service, err := dynamodb.New(dynamodb.Config{
		DB: db, Account: "000000000000", Region: "us-east-1",
		Tables: []dynamodb.Table{{
			Name: table, KeySchema: dynamodb.KeySchema{PartitionKey: text("key"), SortKey: text("version")},
			Indexes: []dynamodb.Index{{
				Name: ledger.ByStatus, KeySchema: dynamodb.KeySchema{PartitionKey: text(ledger.StatusShard), SortKey: text("updatedAt")},
			}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}

	return &fixture{config: aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String("http://127.0.0.1"),
		Credentials:      credentials.NewStaticCredentialsProvider("test", "test", ""),
		HTTPClient:       stepped{service},
		RetryMaxAttempts: 1,
	}}
}

// stepped calls a handler without a network. Each call is one step of the schedule.
type stepped struct{ handler http.Handler }

func (s stepped) Do(request *http.Request) (*http.Response, error) {
	if err := step(request.Context()); err != nil {
		return nil, err
	}

	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, request)

	response := recorder.Result()
	response.Request = request
	response.Body = io.NopCloser(bytes.NewReader(recorder.Body.Bytes()))

	return response, nil
}

func (l *fixture) environment() *environment {
	l.made++
	w := &environment{
		key:    fmt.Sprintf("cat-%d.jpg", l.made),
		bucket: &bucket{objects: map[string][]byte{}},
		later:  time.Duration(l.made) * time.Hour, // In each environment, the purge leases of the earlier ones have expired.
	}
	w.ledger = ledger.New(l.config, table, func() time.Time { return time.Now().Add(w.later) })
	w.bucket.erased = w.cdn.erased
	w.protocol = &publish.Protocol{Ledger: w.ledger, Blobs: w.bucket, Bucket: "variants", CDN: "http://cdn", Now: time.Now}

	return w
}

// upload is an event of S3: an upload of the key.
type upload struct {
	at        int // sequencer and version id
	execution string
	replaces  string // the execution that this one replaces
}

func sequencer(at int) string { return contract.PadSequencer(fmt.Sprintf("%X", at)) }
func sourceID(at int) string  { return fmt.Sprintf("source-%d", at) }
func version(at int) string   { return fmt.Sprintf("%012x", at) }

func (w *environment) subject(u upload) contract.Upload {
	return contract.Upload{
		Bucket: "uploads", Key: w.key, VersionID: sourceID(u.at), ETag: fmt.Sprintf("e%d", u.at), Bytes: 1, Sequencer: sequencer(u.at),
	}
}

// process returns the tasks of an execution of the pipeline: Validate claims the upload,
// Sanitize writes the master, Resize writes a variant, and Record publishes.
func (w *environment) process(u upload) []task {
	return append(w.prepare(u), w.resize(u, "small"), w.publish(u))
}

// processTwo is an execution that creates two variants in parallel; second replaces the
// second branch. If one branch fails, Step Functions aborts the Map. Then Record does not
// run, but a call that the other branch has begun continues.
func (w *environment) processTwo(u upload, second task) []execution {
	prepared, made := false, map[string]bool{}
	record := func(branch string) task { // The process of the task may die, and the task is then restarted.
		return func(ctx context.Context) error {
			if made[branch] = true; len(made) < 2 {
				return nil
			}

			return w.publish(u)(ctx)
		}
	}

	first := append(w.prepare(u), func(context.Context) error {
		prepared = true

		return nil
	}, w.resize(u, "small"), record("first"))

	return []execution{
		{tasks: first},
		{tasks: []task{second, record("second")}, after: func() bool { return prepared }},
	}
}

// prepare returns the tasks before the variants: Validate claims, then reads the
// original's header; Sanitize reads the original, then writes the master.
func (w *environment) prepare(u upload) []task {
	return []task{
		func(ctx context.Context) error {
			err := w.protocol.Claim(ctx, w.subject(u), version(u.at), u.execution, u.replaces)
			if err != nil {
				return err
			}

			err = w.original(ctx, u)
			if errors.Is(err, blobs.ErrNotFound) {
				return w.protocol.MarkMissing(ctx, w.subject(u), version(u.at), u.execution)
			}

			return err
		},
		func(ctx context.Context) error {
			err := w.original(ctx, u)
			if errors.Is(err, blobs.ErrNotFound) {
				return publish.RemoveOrphan(ctx, w.bucket, "", w.master(u))
			}

			if err != nil {
				return err
			}

			return w.bucket.Put(ctx, "", w.master(u), blobs.Object{Body: []byte("master")})
		},
	}
}

// original reads the uploaded version.
func (w *environment) original(ctx context.Context, u upload) error {
	if err := step(ctx); err != nil {
		return err
	}

	if slices.Contains(w.deleted, u.at) {
		return blobs.ErrNotFound
	}

	return nil
}

func (w *environment) master(u upload) string { return keys.Master(w.key, version(u.at), "jpg") }

// resize creates one variant, as the function does.
func (w *environment) resize(u upload, name string) task {
	variant := keys.Variant(w.key, version(u.at), name, "jpg")

	return func(ctx context.Context) error {
		_, _, err := w.bucket.Get(ctx, "", w.master(u), "", 0)
		if errors.Is(err, blobs.ErrNotFound) {
			return publish.RemoveOrphan(ctx, w.bucket, "", variant)
		}

		if err != nil {
			return err
		}

		return publish.PutVariant(ctx, w.bucket, "", w.master(u), variant, blobs.Object{Body: []byte(variant)})
	}
}

func (w *environment) publish(u upload) task {
	return func(ctx context.Context) error {
		_, err := w.protocol.Publish(ctx, publish.Upload{
			Plan: contract.Plan{Upload: w.subject(u), Version: version(u.at)},
			Variants: []contract.Variant{{
				Name: "small", Key: keys.Variant(w.key, version(u.at), "small", "jpg"), Width: 1, Height: 1, Bytes: 1,
			}},
			Execution: u.execution,
		})

		return err
	}
}

// reject returns the task of Record for an upload whose variant could not be created. The
// task ends the execution.
func (w *environment) reject(u upload) task {
	return func(ctx context.Context) error {
		rejection := errorcode.New(errorcode.Corrupt, "")

		if _, err := w.protocol.Reject(ctx, w.subject(u), version(u.at), u.execution, rejection); err != nil {
			return err
		}

		return rejection
	}
}

// deleteKey returns the tasks of the erasure that a delete marker starts. at is the
// sequencer of the marker's event.
func (w *environment) deleteKey(at int) []task {
	return []task{w.erase(func(ctx context.Context, attempt publish.Attempt) (publish.Erased, error) {
		return w.protocol.EraseKey(ctx, w.key, sequencer(at), attempt)
	})}
}

// deleteVersion returns two tasks: the permanent deletion of an upload's version, and the
// erasure that its event starts.
func (w *environment) deleteVersion(at int) []task {
	return []task{func(ctx context.Context) error {
		if err := step(ctx); err != nil {
			return err
		}

		w.deleted = append(w.deleted, at)

		return nil
	}, w.erase(func(ctx context.Context, attempt publish.Attempt) (publish.Erased, error) {
		return w.protocol.EraseVersion(ctx, w.key, sourceID(at), attempt)
	})}
}

// sweepVersion returns the task of the sweep for a permanent deletion. The sweep runs
// after all executions have ended.
func (w *environment) sweepVersion(at int) []task {
	return []task{w.erase(func(ctx context.Context, attempt publish.Attempt) (publish.Erased, error) {
		attempt.Sweep = true

		return w.protocol.EraseVersion(ctx, w.key, sourceID(at), attempt)
	})}
}

// history describes the events of the key. The method check compares the outcome with it.
type history struct {
	uploads   []int // in the order of their sequencers
	deleted   int   // the newest deletion of the key; 0 for none
	permanent []int // uploads whose version was permanently deleted
	failed    []int // uploads whose execution failed, and was not successfully redriven
	rejected  []int // uploads for which a variant could not be created
}

func (h history) gone(at int) bool {
	if at < h.deleted {
		return true
	}

	return slices.Contains(h.permanent, at)
}

// check compares the final state with the guarantees of the protocol.
func (w *environment) check(h history) error {
	ctx := context.Background()

	items, err := w.ledger.Versions(ctx, w.key)
	if err != nil {
		return err
	}

	status := map[string]ledger.Status{}
	for _, item := range items {
		status[item.Version] = item.Status
	}

	newestReady := ""

	for _, at := range h.uploads {
		v := version(at)

		switch {
		case slices.Contains(h.rejected, at):
			if status[v] != ledger.Rejected {
				err = errors.Join(err, fmt.Errorf("upload %d was rejected, but its status is %s", at, status[v]))
			}

			err = errors.Join(err, w.nothingLeft(v))
		case h.gone(at):
			if status[v] == ledger.Ready || status[v] == ledger.Processing || status[v] == ledger.Failed {
				err = errors.Join(err, fmt.Errorf("upload %d is erased, and %s", at, status[v]))
			}

			err = errors.Join(err, w.nothingLeft(v))
		case slices.Contains(h.failed, at):
			if status[v] != ledger.Failed && status[v] != ledger.Superseded {
				err = errors.Join(err, fmt.Errorf("the execution of upload %d failed, and it is %s", at, status[v]))
			}
		case status[v] == "":
			err = errors.Join(err, fmt.Errorf("upload %d has no ledger item", at))
		case status[v] == ledger.Processing:
			err = errors.Join(err, fmt.Errorf("upload %d never ended", at))
		case status[v] == ledger.Ready:
			newestReady = v
			err = errors.Join(err, w.whole(v))
		default: // SUPERSEDED
			err = errors.Join(err, w.nothingLeft(v))
		}
	}

	newest := h.uploads[len(h.uploads)-1]
	if !h.gone(newest) && !slices.Contains(h.rejected, newest) && !slices.Contains(h.failed, newest) && status[version(newest)] != ledger.Ready {
		err = errors.Join(err, fmt.Errorf("the newest upload, %d, is %s", newest, status[version(newest)]))
	}

	var manifest contract.Manifest
	if text, found := w.bucket.objects[keys.Manifest(w.key)]; found {
		if err := json.Unmarshal(text, &manifest); err != nil {
			return err
		}
	}

	if manifest.Version != newestReady {
		err = errors.Join(err, fmt.Errorf("the manifest names %q; the newest READY upload is %q", manifest.Version, newestReady))
	}

	return err
}

// whole returns an error that names the missing objects of a READY version.
func (w *environment) whole(version string) error {
	var err error

	for _, name := range []string{"small", recipe.MasterName} {
		if object := keys.Variant(w.key, version, name, "jpg"); w.bucket.objects[object] == nil {
			err = errors.Join(err, fmt.Errorf("%s is READY, and %s is missing", version, object))
		}
	}

	return err
}

// nothingLeft returns an error that names the objects of a version that should not exist.
func (w *environment) nothingLeft(version string) error {
	var err error

	for object := range w.bucket.objects {
		if strings.HasPrefix(object, keys.VersionFolder(w.key, version)) {
			err = errors.Join(err, fmt.Errorf("%s still exists", object))
		}
	}

	return err
}
