package main

import (
	"cmp"
	"context"
	"errors"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"triptych/shared/contract"
	"triptych/shared/faults"
	"triptych/shared/ledger"
	"triptych/shared/publish"
	"triptych/shared/telemetry"
)

// world remembers what Record did, in order, and fails as it is told.
type world struct {
	did  []string
	fail map[string]error
	// ended is how another execution has ended the upload; empty where none has.
	ended ledger.Status
}

func (w *world) Publish(_ context.Context, upload publish.Upload) (contract.Manifest, error) {
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

func (w *world) handler() handler {
	return handler{w, w, func() time.Time { return time.Date(2026, time.November, 25, 12, 0, 2, 5e8, time.UTC) }}
}

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

// What is counted is what became of the image, whoever did it.
func TestWhatIsMeasured(t *testing.T) {
	uploaded := func(at string) contract.RecordInput {
		in := finished()
		in.UploadedAt = at

		return in
	}

	tests := map[string]struct {
		in    contract.RecordInput
		ended ledger.Status
		want  map[string]any
	}{
		"ready":             {uploaded("2026-11-25T12:00:00Z"), "", map[string]any{"Outcome": "ready", "UploadToReady": 2500.0}},
		"without an event":  {uploaded(""), "", map[string]any{"Outcome": "ready", "UploadToReady": nil}},
		"rejected":          {refused(faults.Corrupt, "a"), "", map[string]any{"Outcome": "rejected", "Code": "CORRUPT", "UploadToReady": nil}},
		"ready by another":  {refused(faults.Corrupt, "a"), ledger.Ready, map[string]any{"Outcome": "already-done", "Code": nil}},
		"erased by another": {refused(faults.Corrupt, "a"), ledger.Erased, map[string]any{"Outcome": "superseded", "Code": nil}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ctx, invocation := telemetry.Begin(t.Context(), "shop", "record")

			w := &world{ended: test.ended}
			if _, err := w.handler().handle(ctx, test.in); err != nil {
				t.Fatal(err)
			}

			got := map[string]any{}
			for _, attribute := range invocation.Line(time.Time{}, 0, true) {
				got[attribute.Key] = attribute.Value.Any()
			}

			test.want["Images"] = 1.0

			for name, want := range test.want {
				if got[name] != want {
					t.Errorf("%s: got %v, want %v", name, got[name], want)
				}
			}
		})
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
