package main

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/shared/contract"
	"triptych/shared/protocol"
)

// remembering says what it was asked to erase.
type remembering struct {
	asked string
	fail  error
}

func (r *remembering) EraseKey(_ context.Context, key, sequencer string) (protocol.Erased, error) {
	r.asked = "key " + key + " before " + sequencer

	return protocol.Erased{Versions: 1, Objects: 4, InFlight: true}, r.fail
}

func (r *remembering) EraseVersion(_ context.Context, key, sourceVersionID string, sweep bool) (protocol.Erased, error) {
	r.asked = "version " + sourceVersionID + " of " + key
	if sweep {
		r.asked = "sweep " + r.asked
	}

	return protocol.Erased{Versions: 1, Objects: 4, InFlight: true}, r.fail
}

func TestWhatADeletionErases(t *testing.T) {
	const padded = "0000000000000000000000000000001F"

	tests := map[string]struct {
		deletionType, versionID string
		sweep                   bool
		want                    string
	}{
		"a delete marker erases the key":          {"Delete Marker Created", "marker", false, "key my cat.jpg before " + padded},
		"a bucket without versions, the key":      {"Permanently Deleted", "", false, "key my cat.jpg before " + padded},
		"a permanent deletion, that version only": {"Permanently Deleted", "v1", false, "version v1 of my cat.jpg"},
		"its sweep": {"Permanently Deleted", "v1", true, "sweep version v1 of my cat.jpg"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			input := contract.EraseInput{Event: contract.Event{DeletionType: test.deletionType}, Sweep: test.sweep}
			input.Event.Object.Key = "my cat.jpg"
			input.Event.Object.VersionID = test.versionID
			input.Event.Object.Sequencer = "1f"

			r := &remembering{}

			out, err := handler{r}.handle(t.Context(), input)
			if err != nil {
				t.Fatal(err)
			}

			if r.asked != test.want {
				t.Errorf("erased %q, want %q", r.asked, test.want)
			}

			want := contract.EraseOutput{Key: "my cat.jpg", Path: "/my%20cat.jpg/-/*", Versions: 1, Objects: 4, InFlight: true}
			if diff := cmp.Diff(want, out); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAFailureIsNotSwallowed(t *testing.T) {
	broken := errors.New("broken")
	if _, err := (handler{&remembering{fail: broken}}).handle(t.Context(), contract.EraseInput{}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
