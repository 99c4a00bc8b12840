package percent_test

import (
	"net/url"
	"testing"

	"pgregory.net/rapid"

	"triptych/shared/percent"
)

func TestEncode(t *testing.T) {
	if got := percent.Encode("a é/b", func(letter byte) bool { return letter <= ' ' || letter >= 0x7F }); got != "a%20%C3%A9/b" {
		t.Errorf("got %s", got)
	}
}

// TestEncode_reversible checks that decoding returns the original text, if at least the
// percent signs are encoded.
func TestEncode_reversible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.Byte()).Draw(t, "text"))
		more := rapid.Byte().Draw(t, "more")

		got, err := url.PathUnescape(percent.Encode(text, func(letter byte) bool { return letter == '%' || letter >= more }))
		if err != nil || got != text {
			t.Errorf("got %q, %v for %q", got, err, text)
		}
	})
}
