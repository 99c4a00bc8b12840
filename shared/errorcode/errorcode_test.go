package errorcode_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda/messages"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"triptych/shared/errorcode"
)

func TestAll_completeAndUnique(t *testing.T) {
	seen := map[errorcode.Code]bool{}

	for _, entry := range errorcode.All() {
		if seen[entry.Code] {
			t.Errorf("%s is in the table twice", entry.Code)
		}

		seen[entry.Code] = true

		if entry.Kind < errorcode.Terminal || entry.Kind > errorcode.Retryable {
			t.Errorf("%s has no kind", entry.Code)
		}

		for who, sentence := range map[string]string{"uploader": entry.Uploader, "operator": entry.Operator} {
			if !strings.HasSuffix(sentence, ".") || len(sentence) < 10 {
				t.Errorf("%s: the text for the %s is not a sentence: %q", entry.Code, who, sentence)
			}
		}

		if found, ok := errorcode.Find(entry.Code); !ok || found != entry {
			t.Errorf("Find(%s) = %v, %v", entry.Code, found, ok)
		}
	}

	if _, ok := errorcode.Find("NoSuchCode"); ok {
		t.Error("Find found a code that is not in the table")
	}
}

func TestCode_Public(t *testing.T) {
	for code, want := range map[errorcode.Code]string{
		errorcode.NotAnImage: "NOT_AN_IMAGE", errorcode.BadKey: "BAD_KEY",
		errorcode.Empty: "EMPTY", errorcode.TooManyPixels: "TOO_MANY_PIXELS",
	} {
		if got := code.Public(); got != want {
			t.Errorf("%s.Public() = %s, want %s", code, got, want)
		}
	}
}

func TestForLambda_wrapped(t *testing.T) {
	coded := errorcode.Wrap(errorcode.Corrupt, errors.New("an internal detail"), "segment at %d", 20)
	err := errorcode.ForLambda(fmt.Errorf("resize: %w", fmt.Errorf("decode: %w", coded)))

	// aws-lambda-go requires exactly this type, by value.
	reported, ok := err.(messages.InvokeResponse_Error) //nolint:errorlint // as the runtime does it
	if !ok {
		t.Fatalf("ForLambda returned a %T", err)
	}

	if reported.Type != "Corrupt" {
		t.Errorf("type %q", reported.Type)
	}

	if want := "This photo is damaged and cannot be read. (segment at 20)"; reported.Message != want {
		t.Errorf("message %q, want %q", reported.Message, want)
	}
}

func TestForLambda_otherError(t *testing.T) {
	bug := errors.New("a bug")
	if got := errorcode.ForLambda(bug); !errors.Is(got, bug) {
		t.Errorf("got %v", got)
	}

	if got := errorcode.ForLambda(nil); got != nil {
		t.Errorf("got %v for no error", got)
	}
}

func TestCaught_Decode(t *testing.T) {
	tests := map[string]struct {
		caught errorcode.Caught
		want   string
	}{
		"as Lambda reports it": {
			errorcode.Caught{Error: "Empty", Cause: `{"errorMessage":"This file is empty.","errorType":"Empty"}`},
			"This file is empty.",
		},
		"a cause that is not JSON": {
			errorcode.Caught{Error: "TooManyPixels", Cause: "plain text"}, "This photo has too many pixels.",
		},
		"no cause": {errorcode.Caught{Error: "BadKey"}, "This name cannot be used for a photo."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := test.caught.Decode()
			if string(got.Code) != test.caught.Error || got.Reason != test.want {
				t.Errorf("got %s %q, want %q", got.Code, got.Reason, test.want)
			}
		})
	}
}

func TestFromAWS_transient(t *testing.T) {
	answered := func(status int) error {
		return &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
			Err:      errors.New("answered"),
		}}
	}

	tests := map[string]struct {
		err       error
		transient bool
	}{
		"throttled":       {&smithy.GenericAPIError{Code: "ProvisionedThroughputExceededException"}, true},
		"slow down":       {&smithy.GenericAPIError{Code: "SlowDown"}, true},
		"access denied":   {&smithy.GenericAPIError{Code: "AccessDenied"}, false},
		"service down":    {answered(http.StatusServiceUnavailable), true},
		"conflict":        {answered(http.StatusConflict), true},
		"bad request":     {answered(http.StatusBadRequest), false},
		"forbidden":       {answered(http.StatusForbidden), false},
		"deadline passed": {fmt.Errorf("call: %w", context.DeadlineExceeded), true},
		"no answer": {&awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{}},
			Err:      &smithyhttp.RequestSendError{Err: io.EOF},
		}}, true},
		"truncated body":    {fmt.Errorf("read: %w", io.ErrUnexpectedEOF), true},
		"not from AWS":      {errors.New("no such thing"), false},
		"too many requests": {answered(http.StatusTooManyRequests), true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := errorcode.FromAWS(test.err, "put %s", "cat.jpg")
			if got := errorcode.Is(err, errorcode.Transient); got != test.transient {
				t.Errorf("transient: %v, want %v (%v)", got, test.transient, err)
			}

			if !errors.Is(err, test.err) || !strings.Contains(err.Error(), "put cat.jpg") {
				t.Errorf("the error does not contain its cause: %v", err)
			}
		})
	}

	if errorcode.FromAWS(nil, "put") != nil {
		t.Error("FromAWS(nil) returned an error")
	}
}
