package objectstore_test

import (
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"triptych/emulator/objectstore/s3event"
)

func TestEvent_shape(t *testing.T) {
	l := newFixture(t)
	put := l.put(uploads, "fotos/unser hund + 🐕.jpg", "wuff")

	events := l.taken()
	if len(events) != 1 {
		t.Fatalf("%d events, want 1", len(events))
	}

	text, err := json.Marshal(events[0].Detail)
	if err != nil {
		t.Fatal(err)
	}

	var detail map[string]any
	if err := json.Unmarshal(text, &detail); err != nil {
		t.Fatal(err)
	}

	object, _ := detail["object"].(map[string]any)

	sequencer, _ := object["sequencer"].(string)
	if !regexp.MustCompile(`^[0-9A-F]{18}$`).MatchString(sequencer) {
		t.Errorf("sequencer %q", sequencer)
	}

	request, _ := detail["request-id"].(string)
	if request == "" {
		t.Error("no request-id")
	}

	want := map[string]any{
		"version": "0",
		"bucket":  map[string]any{"name": uploads},
		"object": map[string]any{
			"key":        "fotos/unser hund + 🐕.jpg",
			"size":       4.0,
			"etag":       strings.Trim(*put.ETag, `"`),
			"version-id": *put.VersionId,
			"sequencer":  sequencer,
		},
		"request-id":        request,
		"requester":         "000000000000",
		"source-ip-address": "127.0.0.1",
		"reason":            "PutObject",
	}

	if diff := cmp.Diff(want, detail); diff != "" {
		t.Errorf("detail (-want +got):\n%s", diff)
	}

	got := []any{events[0].Source, events[0].DetailType, events[0].Resources}
	if diff := cmp.Diff([]any{"aws.s3", "Object Created", []string{"arn:aws:s3:::" + uploads}}, got); diff != "" {
		t.Errorf("envelope (-want +got):\n%s", diff)
	}
}

// TestSequencers_order_of_versions checks that the order of a key's events is the order of
// its versions, for any number of writers.
func TestSequencers_order_of_versions(t *testing.T) {
	l := newFixture(t)

	var writers sync.WaitGroup

	for range 8 {
		writers.Go(func() {
			for range 5 {
				_, err := l.client.PutObject(t.Context(), &s3.PutObjectInput{
					Bucket: aws.String(uploads), Key: aws.String("k"), Body: strings.NewReader("x"),
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}

	writers.Wait()

	events := l.taken()
	if len(events) != 40 {
		t.Fatalf("%d events, want 40", len(events))
	}

	bySequencer := slices.IsSortedFunc(events, func(a, b s3event.Event) int {
		return strings.Compare(a.Detail.Object.Sequencer, b.Detail.Object.Sequencer)
	})
	if !bySequencer {
		t.Error("the events are not in the order of their sequencers")
	}

	last := events[len(events)-1].Detail.Object

	head, err := l.client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(uploads), Key: aws.String("k")})
	if err != nil {
		t.Fatal(err)
	}

	if *head.VersionId != last.VersionID {
		t.Errorf("the last event is of version %s, the current one is %s", last.VersionID, *head.VersionId)
	}

	l.stop()
	l.start()
	l.put(uploads, "k", "after a restart")

	if after := l.taken(); len(after) != 1 || after[0].Detail.Object.Sequencer <= last.Sequencer {
		t.Errorf("after a restart %+v, before it %s", after, last.Sequencer)
	}
}

// TestEvents_delivered_at_the_next_start checks that the next start publishes
// the event of a write that was not delivered.
func TestEvents_delivered_at_the_next_start(t *testing.T) {
	tests := map[string]struct {
		write    func(*testing.T, *fixture)
		deletion string
	}{
		"put": {write: func(t *testing.T, l *fixture) {
			t.Helper()

			_, err := l.client.PutObject(t.Context(), &s3.PutObjectInput{
				Bucket: aws.String(uploads), Key: aws.String("k"), Body: strings.NewReader("new"),
			})
			if got := code(err); got != "InternalError" {
				t.Errorf("put: %s, want InternalError", got)
			}
		}},
		"delete": {write: func(t *testing.T, l *fixture) {
			t.Helper()

			_, err := l.client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(uploads), Key: aws.String("k")})
			if got := code(err); got != "InternalError" {
				t.Errorf("delete: %s, want InternalError", got)
			}
		}, deletion: "Delete Marker Created"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			l := newFixture(t)
			l.put(uploads, "k", "old")
			l.taken()

			l.setRefuse(errors.New("the bus is away"))
			test.write(t, l)

			if n := l.intents(); n != 1 {
				t.Fatalf("%d intents are open, want 1", n)
			}

			l.stop()
			l.setRefuse(nil)
			l.start()

			events := l.taken()
			if len(events) != 1 || events[0].Detail.DeletionType != test.deletion || events[0].Detail.Object.VersionID == "" {
				t.Fatalf("events %+v", events)
			}

			if n := l.intents(); n != 0 {
				t.Errorf("%d intents are open", n)
			}

			l.stop()
			l.start()

			if events := l.taken(); len(events) > 0 {
				t.Errorf("announced once more: %+v", events)
			}
		})
	}
}
