package wildcard_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"triptych/emulator/wildcard"
)

// TestMatch_compared_with_regular_expressions compares patterns with regular expressions of
// the same meaning.
func TestMatch_compared_with_regular_expressions(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringOfN(rapid.SampledFrom([]rune("aé*?")), 0, 10, -1).Draw(t, "pattern")
		text := rapid.StringOfN(rapid.SampledFrom([]rune("aé\n")), 0, 12, -1).Draw(t, "text")

		expression := regexp.QuoteMeta(pattern)
		expression = strings.ReplaceAll(expression, `\*`, `.*`)
		expression = strings.ReplaceAll(expression, `\?`, `.`)

		if want := regexp.MustCompile(`(?s)^` + expression + `$`).MatchString(text); wildcard.Match(pattern, text) != want {
			t.Fatalf("%q for %q: %v", pattern, text, !want)
		}
	})
}
