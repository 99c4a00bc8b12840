package errorcode_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"triptych/picture/failure"
	"triptych/shared/errorcode"
)

// TestOf_pictureErrors checks that the table has a code for each kind of error of package
// picture.
func TestOf_pictureErrors(t *testing.T) {
	cause := errors.New("an internal detail")

	for _, kind := range []failure.Kind{
		failure.Empty, failure.NotAnImage, failure.UnsupportedFormat, failure.TooManyPixels,
		failure.TooSlow, failure.Truncated, failure.Corrupt,
	} {
		entry, known := errorcode.Find(errorcode.Code(kind))
		if !known {
			t.Errorf("%s is not in the table", kind)
		}

		err := fmt.Errorf("decode: %w", failure.Wrap(kind, cause, "at offset %d, 100%%", 7))
		want := entry.Uploader + " (at offset 7, 100%)"

		coded, ok := errorcode.Of(err)
		if !ok || string(coded.Code) != string(kind) || coded.Reason != want || !errors.Is(coded, cause) {
			t.Errorf("%s: %+v, want %q", kind, coded, want)
		}

		reported, ok := errors.AsType[messages.InvokeResponse_Error](errorcode.ForLambda(err))
		if !ok || reported.Type != string(kind) || reported.Message != want || strings.Contains(reported.Message, cause.Error()) {
			t.Errorf("Lambda reports %+v", reported)
		}
	}
}
