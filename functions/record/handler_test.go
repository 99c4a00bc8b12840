package main

import (
	"cmp"
	"context"
	"errors"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/events"
	"triptych/shared/ledger"
	"triptych/shared/publish"
	"triptych/shared/telemetry"
)

// fakeProtocol records the calls of Record, in order, and returns the configured errors.
type fakeProtocol struct {
	did  []string
	fail map[string]error
	// ended is the final status that another execution has set. It is empty if no other
	// execution has set one.
	ended ledger.Status
}

func (f *fakeProtocol) Publish(_ context.Context, upload publish.Upload) (contract.Manifest, error) {
	f.did = append(f.did, "publish "+upload.Plan.Upload.Key)

	return contract.Manifest{Key: upload.Plan.Upload.Key, Version: upload.Plan.Version}, f.fail["publish"]
}

func (f *fakeProtocol) Reject(
	_ context.Context, upload contract.Upload, _, owner string, rejection *errorcode.Error,
) (ledger.Status, error) {
	f.did = append(f.did, "reject "+upload.Key+" by "+owner+": "+rejection.Reason)

	return cmp.Or(f.ended, ledger.Rejected), f.fail["reject"]
}

func (f *fakeProtocol) Ready(_ context.Context, manifest contract.Manifest) error {
	f.did = append(f.did, "event: ready "+manifest.Key)

	return f.fail["event"]
}

func (f *fakeProtocol) Rejected(_ context.Context, rejected events.Rejected) error {
	f.did = append(f.did, "event: rejected "+rejected.Key+" "+rejected.Version+" "+rejected.Execution+" "+rejected.Code+" "+rejected.Reason)

	return f.fail["event"]
}

func (f *fakeProtocol) handler() handler {
	return handler{f, f, func() time.Time { return time.Date(2026, time.November, 25, 12, 0, 2, 5e8, time.UTC) }}
}

func finished() contract.RecordInput {
	return contract.RecordInput{
		Execution: "arn:execution",
		Plan:      &contract.Plan{Upload: contract.Upload{Key: "cat.jpg"}, Version: "0123456789ab"},
		Master:    &contract.Master{}, Variants: []contract.Variant{{Name: "small"}},
	}
}

func refused(code errorcode.Code, key string) contract.RecordInput {
	event := &contract.Event{}
	event.Object.Key = key
	event.Object.VersionID = "v1"

	return contract.RecordInput{
		Execution: "arn:execution", Event: event, Recipe: `{"variants":[{"name":"s","width":10}]}`,
		Rejection: &errorcode.Caught{Error: string(code), Cause: `{"errorMessage":"Because.","errorType":"` + string(code) + `"}`},
	}
}

func TestHandler_publish(t *testing.T) {
	f := &fakeProtocol{}

	out, err := f.handler().handle(t.Context(), finished())
	if err != nil {
		t.Fatal(err)
	}

	want := contract.RecordOutput{Key: "cat.jpg", Version: "0123456789ab", Status: "READY"}
	if diff := gocmp.Diff(want, out); diff != "" {
		t.Error(diff)
	}

	if diff := gocmp.Diff([]string{"publish cat.jpg", "event: ready cat.jpg"}, f.did); diff != "" {
		t.Error(diff)
	}
}

func TestHandler_reject(t *testing.T) {
	f := &fakeProtocol{}

	out, err := f.handler().handle(t.Context(), refused(errorcode.Corrupt, "cat.jpg"))
	if err != nil {
		t.Fatal(err)
	}

	want := contract.RecordOutput{
		Key: "cat.jpg", Version: out.Version, Status: "REJECTED", Code: "CORRUPT", Reason: "Because.",
	}
	if diff := gocmp.Diff(want, out); diff != "" {
		t.Error(diff)
	}

	if diff := gocmp.Diff([]string{
		"reject cat.jpg by arn:execution: Because.",
		"event: rejected cat.jpg " + out.Version + " arn:execution CORRUPT Because.",
	}, f.did); diff != "" {
		t.Error(diff)
	}
}

// If another execution has made the image READY, the image is not reported as rejected.
func TestHandler_reject_readyImage(t *testing.T) {
	f := &fakeProtocol{ended: ledger.Ready}

	out, err := f.handler().handle(t.Context(), refused(errorcode.Corrupt, "cat.jpg"))
	if err != nil {
		t.Fatal(err)
	}

	want := contract.RecordOutput{Key: "cat.jpg", Version: out.Version, Status: "READY"}
	if diff := gocmp.Diff(want, out); diff != "" {
		t.Error(diff)
	}

	if diff := gocmp.Diff([]string{"reject cat.jpg by arn:execution: Because."}, f.did); diff != "" {
		t.Error(diff)
	}
}

// The metrics count the final outcome of the image, even if another execution has set it.
func TestHandler_metrics(t *testing.T) {
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
		"ready":                           {uploaded("2026-11-25T12:00:00Z"), "", map[string]any{"Outcome": "ready", "UploadToReady": 2500.0}},
		"without an event":                {uploaded(""), "", map[string]any{"Outcome": "ready", "UploadToReady": nil}},
		"rejected":                        {refused(errorcode.Corrupt, "a"), "", map[string]any{"Outcome": "rejected", "Code": "CORRUPT", "UploadToReady": nil}},
		"another execution made it READY": {refused(errorcode.Corrupt, "a"), ledger.Ready, map[string]any{"Outcome": "already-done", "Code": nil}},
		"another execution erased it":     {refused(errorcode.Corrupt, "a"), ledger.Erased, map[string]any{"Outcome": "superseded", "Code": nil}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ctx, invocation := telemetry.Begin(t.Context(), "shop", "record")

			f := &fakeProtocol{ended: test.ended}
			if _, err := f.handler().handle(ctx, test.in); err != nil {
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

func TestHandler_returnsErrors(t *testing.T) {
	superseded := errorcode.New(errorcode.Superseded, "")
	broken := errors.New("broken")

	tests := map[string]struct {
		in   contract.RecordInput
		fail map[string]error
		want error
	}{
		"superseded":                       {finished(), map[string]error{"publish": superseded}, superseded},
		"the rejection's event fails":      {refused(errorcode.Empty, "a"), map[string]error{"event": broken}, broken},
		"the event fails":                  {finished(), map[string]error{"event": broken}, broken},
		"reject fails":                     {refused(errorcode.Empty, "a"), map[string]error{"reject": broken}, broken},
		"neither variants nor a rejection": {contract.RecordInput{}, nil, errNothing},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := &fakeProtocol{fail: test.fail}
			if _, err := f.handler().handle(t.Context(), test.in); !errors.Is(err, test.want) {
				t.Errorf("want %v, got %v", test.want, err)
			}
		})
	}
}
