package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"triptych/shared/contract"
	"triptych/shared/ledger"
)

// recorder records the calls.
type recorder struct {
	asked   string
	failure ledger.Failure
	err     error
}

func (r *recorder) Fail(_ context.Context, upload contract.Upload, version string, failure ledger.Failure) error {
	r.asked, r.failure = fmt.Sprintf("fail %s at %s, %d digits", upload.Key, strings.TrimLeft(upload.Sequencer, "0"), len(version)), failure

	return r.err
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

			out, err := handler{r}.handle(t.Context(), contract.FailInput{Change: test.change, Recipe: oneVariant})
			if err != nil {
				t.Fatal(err)
			}

			if r.asked != test.want || r.failure.Code != test.code || len(r.failure.Reason) > maxReasonBytes || r.failure.Reason != strings.ToValidUTF8(r.failure.Reason, "") {
				t.Errorf("wrote %q, %+v; want %q", r.asked, r.failure, test.want)
			}

			if test.code != "" && (r.failure.Execution != "arn:one" || r.failure.Redrives != test.change.RedriveCount) {
				t.Errorf("the failure is %+v", r.failure)
			}

			if want := (contract.FailOutput{Key: "a b.jpg", Status: test.change.Status}); out != want {
				t.Errorf("answered %+v, want %+v", out, want)
			}
		})
	}
}

func TestHandler_handleReturnsErrors(t *testing.T) {
	broken := errors.New("broken")
	in := contract.FailInput{Change: contract.StatusChange{Status: "FAILED", Input: event}, Recipe: oneVariant}

	if _, err := (handler{&recorder{err: broken}}).handle(t.Context(), in); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}

	for name, change := range map[string]func(*contract.FailInput){
		"no input":  func(in *contract.FailInput) { in.Change.Input = "" },
		"no recipe": func(in *contract.FailInput) { in.Recipe = "" },
	} {
		other := in
		change(&other)

		if _, err := (handler{&recorder{}}).handle(t.Context(), other); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
