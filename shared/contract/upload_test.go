package contract_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"triptych/shared/contract"
)

// detail is the detail of an event, from the Amazon S3 User Guide.
const detail = `{
  "version": "0",
  "bucket": {"name": "uploads"},
  "object": {"key": "a b+%41.jpg", "size": 5, "etag": "b1946ac92492d2347c6235b4d2611184",
             "version-id": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e", "sequencer": "617f08299329d189"},
  "request-id": "N4N7GDK58NMKJ12R", "requester": "123456789012", "reason": "PutObject"
}`

func TestUpload(t *testing.T) {
	var event contract.Event
	if err := json.Unmarshal([]byte(detail), &event); err != nil {
		t.Fatal(err)
	}

	want := contract.Upload{
		Bucket: "uploads", Key: "a b+%41.jpg", VersionID: "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
		ETag: "b1946ac92492d2347c6235b4d2611184", Bytes: 5, Sequencer: "0000000000000000617F08299329D189",
	}
	if diff := cmp.Diff(want, event.Upload()); diff != "" {
		t.Error(diff)
	}
}

func TestPadSequencer_order(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Uint64().Draw(t, "a"), rapid.Uint64().Draw(t, "b")
		if padded := contract.PadSequencer; (padded(fmt.Sprintf("%X", a)) < padded(fmt.Sprintf("%x", b))) != (a < b) {
			t.Fatalf("%X and %x are in the wrong order", a, b)
		}
	})
}

func TestUpload_Identity(t *testing.T) {
	versioned := contract.Upload{VersionID: "v", ETag: "e", Sequencer: "1"}
	if got := versioned.Identity(); got != "v" {
		t.Errorf("got %q", got)
	}

	for _, none := range []string{"", "null"} {
		one := contract.Upload{VersionID: none, ETag: "e", Sequencer: "1"}
		again := contract.Upload{VersionID: none, ETag: "e", Sequencer: "2"}

		if one.Identity() == again.Identity() {
			t.Errorf("version id %q: two uploads of the same bytes have the same identity", none)
		}
	}
}
