package main

import (
	"cmp"
	"context"
	"errors"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"triptych/shared/contract"
	"triptych/shared/faults"
	"triptych/shared/ledger"
	"triptych/shared/protocol"
)

// world remembers what Record did, in order, and fails as it is told.
type world struct {
	did  []string
	fail map[string]error
	// ended is how another execution has ended the upload; empty where none has.
	ended ledger.Status
}

func (w *world) Publish(_ context.Context, upload protocol.Upload) (contract.Manifest, error) {
	w.did = append(w.did, "publish "+upload.Plan.Upload.Key)

	return contract.Manifest{Key: upload.Plan.Upload.Key, Version: upload.Plan.Version}, w.fail["publish"]
}

func (w *world) Reject(
	_ context.Context, upload contract.Upload, _, owner string, fault *faults.Fault,
) (ledger.Status, error) {
	w.did = append(w.did, "reject "+upload.Key+" by "+owner+": "+fault.Reason)

	return cmp.Or(w.ended, ledger.Rejected), w.fail["reject"]
}

func (w *world) announce(_ context.Context, manifest contract.Manifest) error {
	w.did = append(w.did, "announce "+manifest.Key)

	return w.fail["announce"]
}

func (w *world) handler() handler { return handler{w, w} }

func finished() contract.RecordInput {
	return contract.RecordInput{
		Execution: "arn:execution",
		Plan:      &contract.Plan{Upload: contract.Upload{Key: "cat.jpg"}, Version: "0123456789ab"},
		Master:    &contract.Master{}, Variants: []contract.Variant{{Name: "small"}},
	}
}

func refused(code faults.Code, key string) contract.RecordInput {
	event := &contract.Event{}
	event.Object.Key = key
	event.Object.VersionID = "v1"

	return contract.RecordInput{
		Execution: "arn:execution", Event: event, Recipe: `{"variants":[{"name":"s","width":10}]}`,
		Fault: &faults.Caught{Error: string(code), Cause: `{"errorMessage":"Because.","errorType":"` + string(code) + `"}`},
	}
}

func TestPublish(t *testing.T) {
	w := &world{}

	out, err := w.handler().handle(t.Context(), finished())
	if err != nil {
		t.Fatal(err)
	}

	want := contract.RecordOutput{Key: "cat.jpg", Version: "0123456789ab", Status: "READY"}
	if diff := gocmp.Diff(want, out); diff != "" {
		t.Error(diff)
	}

	if diff := gocmp.Diff([]string{"publish cat.jpg", "announce cat.jpg"}, w.did); diff != "" {
		t.Error(diff)
	}
}

func TestReject(t *testing.T) {
	w := &world{}

	out, err := w.handler().handle(t.Context(), refused(faults.Corrupt, "cat.jpg"))
	if err != nil {
		t.Fatal(err)
	}

	want := contract.RecordOutput{
		Key: "cat.jpg", Version: out.Version, Status: "REJECTED", Code: "CORRUPT", Reason: "Because.",
	}
	if diff := gocmp.Diff(want, out); diff != "" {
		t.Error(diff)
	}

	if diff := gocmp.Diff([]string{"reject cat.jpg by arn:execution: Because."}, w.did); diff != "" {
		t.Error(diff)
	}
}

// What another execution has made READY meanwhile is not called rejected.
func TestRejectWhatIsReady(t *testing.T) {
	w := &world{ended: ledger.Ready}

	out, err := w.handler().handle(t.Context(), refused(faults.Corrupt, "cat.jpg"))
	if err != nil {
		t.Fatal(err)
	}

	want := contract.RecordOutput{Key: "cat.jpg", Version: out.Version, Status: "READY"}
	if diff := gocmp.Diff(want, out); diff != "" {
		t.Error(diff)
	}

	if diff := gocmp.Diff([]string{"reject cat.jpg by arn:execution: Because."}, w.did); diff != "" {
		t.Error(diff)
	}
}

func TestFailuresAreNotSwallowed(t *testing.T) {
	superseded := faults.New(faults.Superseded, "")
	broken := errors.New("broken")

	tests := map[string]struct {
		in   contract.RecordInput
		fail map[string]error
		want error
	}{
		"superseded":        {finished(), map[string]error{"publish": superseded}, superseded},
		"not announced":     {finished(), map[string]error{"announce": broken}, broken},
		"not written down":  {refused(faults.Empty, "a"), map[string]error{"reject": broken}, broken},
		"neither of either": {contract.RecordInput{}, nil, errNothing},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := &world{fail: test.fail}
			if _, err := w.handler().handle(t.Context(), test.in); !errors.Is(err, test.want) {
				t.Errorf("want %v, got %v", test.want, err)
			}
		})
	}
}
