package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/google/go-cmp/cmp"

	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/events"
	"triptych/shared/publish"
	"triptych/shared/purge"
)

// recorder records the erasures that were requested.
type recorder struct {
	asked   string
	attempt publish.Attempt
	fail    error
	event   events.Erased
	sendErr error
}

func (r *recorder) EraseKey(_ context.Context, key, sequencer string, attempt publish.Attempt) (publish.Erased, error) {
	r.asked, r.attempt = "key "+key+" before "+sequencer, attempt

	return publish.Erased{Versions: 1, Objects: 4, InFlight: true, Purge: "@purge.1"}, r.fail
}

func (r *recorder) EraseVersion(_ context.Context, key, sourceVersionID string, attempt publish.Attempt) (publish.Erased, error) {
	r.asked, r.attempt = "version "+sourceVersionID+" of "+key, attempt

	return publish.Erased{Versions: 1, Objects: 4, InFlight: true, Purge: "@purge.1"}, r.fail
}

func (r *recorder) Erased(_ context.Context, erased events.Erased) error {
	r.event = erased

	return r.sendErr
}

func (r *recorder) Purge(_ context.Context, key, id string) (purge.Done, error) {
	r.asked = "purge " + id + " of " + key

	return purge.Done{Purges: 7, Paths: 2}, r.fail
}

func TestHandler_deletion(t *testing.T) {
	const padded = "0000000000000000000000000000001F"

	tests := map[string]struct {
		deletionType, versionID string
		sweep                   bool
		want                    string
	}{
		"a delete marker erases the key":          {"Delete Marker Created", "marker", false, "key my cat.jpg before " + padded},
		"a bucket without versions, the key":      {"Permanently Deleted", "", false, "key my cat.jpg before " + padded},
		"a permanent deletion, that version only": {"Permanently Deleted", "v1", false, "version v1 of my cat.jpg"},
		"its sweep": {"Permanently Deleted", "v1", true, "version v1 of my cat.jpg"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			input := contract.EraseInput{Event: contract.Event{DeletionType: test.deletionType}, Sweep: test.sweep, BegunBefore: true}
			input.Event.Object.Key = "my cat.jpg"
			input.Event.Object.VersionID = test.versionID
			input.Event.Object.Sequencer = "1f"

			r := &recorder{}

			out, err := handler{eraser: r, bus: r}.handle(t.Context(), input)
			if err != nil {
				t.Fatal(err)
			}

			if want := (publish.Attempt{BegunBefore: true, Sweep: test.sweep}); r.asked != test.want || r.attempt != want {
				t.Errorf("erased %q by %+v, want %q by %+v", r.asked, r.attempt, test.want, want)
			}

			event := events.Erased{}
			if !test.sweep {
				event = events.Erased{Key: "my cat.jpg", Sequencer: padded, Versions: 1, Objects: 4}
				if test.deletionType == contract.PermanentlyDeleted {
					event.VersionID = test.versionID
				}
			}

			if r.event != event {
				t.Errorf("sent %+v, want %+v", r.event, event)
			}

			want := any(contract.EraseOutput{Key: "my cat.jpg", Purge: "@purge.1", Versions: 1, Objects: 4, InFlight: true})
			if diff := cmp.Diff(want, out); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHandler_returnsErrors(t *testing.T) {
	broken := errors.New("broken")
	for name, r := range map[string]*recorder{"the ledger": {fail: broken}, "the bus": {sendErr: broken}} {
		if _, err := (handler{eraser: r, bus: r}).handle(t.Context(), contract.EraseInput{}); !errors.Is(err, broken) {
			t.Errorf("%s is broken: got %v", name, err)
		}
	}
}

func TestHandler_purge(t *testing.T) {
	r := &recorder{}
	asked := ""
	h := handler{purger: func(distribution string) purger {
		asked = distribution

		return r
	}}

	out, err := h.handle(t.Context(), contract.EraseInput{Purge: &contract.PurgeInput{Key: "cat.jpg", ID: "@purge.1", Distribution: "E1"}})
	if err != nil || out != (contract.PurgeOutput{Purged: 7, Paths: 2}) || asked != "E1" || r.asked != "purge @purge.1 of cat.jpg" {
		t.Errorf("%+v, %v: asked %s for %s", out, err, asked, r.asked)
	}

	r.fail = errorcode.New(errorcode.PurgePending, "")
	if _, err := h.handle(t.Context(), contract.EraseInput{Purge: &contract.PurgeInput{}}); !errorcode.Is(err, errorcode.PurgePending) {
		t.Errorf("a purge that waits: %v", err)
	}
}

// CloudFront's errors are distinguished: the function waits for one of them, and fails
// for the others.
func TestCDN_Invalidate(t *testing.T) {
	answer, status := "", 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if want := "/2020-05-31/distribution/E1/invalidation"; r.URL.Path != want {
			t.Errorf("asked for %s, want %s", r.URL.Path, want)
		}

		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(server.Close)

	c := cdn{cloudfront.New(cloudfront.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""), RetryMaxAttempts: 1,
	}), "E1"}

	for code, test := range map[string]struct {
		status int
		is     func(error) bool
	}{
		"":                               {http.StatusCreated, func(err error) bool { return err == nil }},
		"TooManyInvalidationsInProgress": {http.StatusBadRequest, func(err error) bool { return errors.Is(err, purge.ErrBusy) }},
		"Throttling":                     {http.StatusBadRequest, func(err error) bool { return errorcode.Is(err, errorcode.Transient) }},
		"AccessDenied": {http.StatusForbidden, func(err error) bool {
			return err != nil && errorcode.CodeOf(err) == "" && !errors.Is(err, purge.ErrBusy)
		}},
	} {
		status = test.status

		if answer = "<Invalidation><Id>I1</Id></Invalidation>"; code != "" {
			answer = "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>why</Message></Error></ErrorResponse>"
		}

		if err := c.Invalidate(t.Context(), "r", []string{"/a/-/*"}); !test.is(err) {
			t.Errorf("%s: %v", code, err)
		}
	}
}
