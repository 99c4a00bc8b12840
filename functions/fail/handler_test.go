package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"triptych/shared/contract"
	"triptych/shared/events"
	"triptych/shared/ledger"
)

// recorder records the calls.
type recorder struct {
	// overtaken means that the upload is not FAILED in the ledger, although this
	// execution failed.
	overtaken bool
	event     events.Failed
	asked     string
	failure   ledger.Failure
	err       error
	sendErr   error
}

func (r *recorder) Fail(_ context.Context, upload contract.Upload, version string, failure ledger.Failure) error {
	r.asked, r.failure = fmt.Sprintf("fail %s at %s, %d digits", upload.Key, strings.TrimLeft(upload.Sequencer, "0"), len(version)), failure

	return r.err
}

func (r *recorder) FailedVersion(context.Context, string, ledger.Failure) (string, bool, error) {
	return "0123456789ab", !r.overtaken, r.err
}

func (r *recorder) Failed(_ context.Context, failed events.Failed) error {
	r.event = failed

	return r.sendErr
}

func (r *recorder) Resume(_ context.Context, key, execution string, redrives int) error {
	r.asked = fmt.Sprintf("resume %s of %s, redriven %d times", key, execution, redrives)

	return r.err
}

const (
	oneVariant = `{"variants": [{"name": "s", "width": 10}]}`
	event      = `{"detail-type": "Object Created", "detail": {"bucket": {"name": "u"}, "object": {"key": "a b.jpg", "version-id": "v1", "sequencer": "1f"}}}`
)

func TestHandler_handle(t *testing.T) {
	long := strings.Repeat("é", maxReasonBytes)

	for name, test := range map[string]struct {
		change contract.StatusChange
		want   string
		code   string
	}{
		"it failed":       {contract.StatusChange{Status: "FAILED", Error: "Lambda.Unknown", Cause: long, RedriveCount: 2}, "fail a b.jpg at 1F, 12 digits", "Lambda.Unknown"},
		"it timed out":    {contract.StatusChange{Status: "TIMED_OUT"}, "fail a b.jpg at 1F, 12 digits", "TIMED_OUT"},
		"it was stopped":  {contract.StatusChange{Status: "ABORTED"}, "fail a b.jpg at 1F, 12 digits", "ABORTED"},
		"it was redriven": {contract.StatusChange{Status: "RUNNING", RedriveCount: 3}, "resume a b.jpg of arn:one, redriven 3 times", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := &recorder{}
			test.change.ExecutionARN, test.change.Input = "arn:one", event

			out, err := handler{r, r}.handle(t.Context(), contract.FailInput{Change: test.change, Recipe: oneVariant})
			if err != nil {
				t.Fatal(err)
			}

			if r.asked != test.want || r.failure.Code != test.code || len(r.failure.Reason) > maxReasonBytes || r.failure.Reason != strings.ToValidUTF8(r.failure.Reason, "") {
				t.Errorf("wrote %q, %+v; want %q", r.asked, r.failure, test.want)
			}

			if test.code != "" && (r.failure.Execution != "arn:one" || r.failure.Redrives != test.change.RedriveCount) {
				t.Errorf("the failure is %+v", r.failure)
			}

			event := events.Failed{}
			if test.code != "" {
				event = events.Failed{
					Upload: events.Upload{
						Key: "a b.jpg", Version: "0123456789ab", VersionID: "v1", Sequencer: contract.PadSequencer("1f"), Execution: "arn:one",
					},
					Code: test.code, Reason: r.failure.Reason, Redrives: test.change.RedriveCount,
				}
			}

			if r.event != event {
				t.Errorf("sent %+v, want %+v", r.event, event)
			}

			if want := (contract.FailOutput{Key: "a b.jpg", Status: test.change.Status}); out != want {
				t.Errorf("answered %+v, want %+v", out, want)
			}
		})
	}
}

// An upload that another execution has completed, or that was erased, has not failed.
func TestHandler_sendsNoEventOfOvertakenFailure(t *testing.T) {
	r := &recorder{overtaken: true}
	in := contract.FailInput{Change: contract.StatusChange{Status: "FAILED", ExecutionARN: "arn:one", Input: event}, Recipe: oneVariant}

	if _, err := (handler{r, r}).handle(t.Context(), in); err != nil {
		t.Fatal(err)
	}

	if r.asked == "" || r.event != (events.Failed{}) {
		t.Errorf("asked %q and sent %+v", r.asked, r.event)
	}
}

func TestHandler_handleReturnsErrors(t *testing.T) {
	broken := errors.New("broken")
	in := contract.FailInput{Change: contract.StatusChange{Status: "FAILED", Input: event}, Recipe: oneVariant}

	for name, r := range map[string]*recorder{"the ledger": {err: broken}, "the bus": {sendErr: broken}} {
		if _, err := (handler{r, r}).handle(t.Context(), in); !errors.Is(err, broken) {
			t.Errorf("%s is broken: got %v", name, err)
		}
	}

	for name, change := range map[string]func(*contract.FailInput){
		"no input":  func(in *contract.FailInput) { in.Change.Input = "" },
		"no recipe": func(in *contract.FailInput) { in.Recipe = "" },
	} {
		other := in
		change(&other)

		if _, err := (handler{&recorder{}, &recorder{}}).handle(t.Context(), other); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
