package display_test

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/cli/internal/display"
)

func TestBytes(t *testing.T) {
	t.Parallel()

	for count, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", 41_234: "41.2 kB", 3_109_191: "3.1 MB", 50_000_000_000: "50.0 GB", math.MaxInt64: "9223372.0 TB",
	} {
		if got := display.Bytes(count); got != want {
			t.Errorf("%d: %q, want %q", count, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()

	for span, want := range map[time.Duration]string{
		0: "0.0 ms", 1234 * time.Microsecond: "1.2 ms", 999 * time.Millisecond: "999 ms", 2100 * time.Millisecond: "2.1 s",
		184 * time.Second: "3 min 4 s", 3*time.Hour + 25*time.Minute: "3 h 25 min",
	} {
		if got := display.Duration(span); got != want {
			t.Errorf("%v: %q, want %q", span, got, want)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()

	tests := map[string]struct{ text, want string }{
		"plain":              {`a "b" c\d.jpg`, `a "b" c\d.jpg`},
		"unicode":            {"kätzchen ∂.jpg", "kätzchen ∂.jpg"},
		"an escape sequence": {"\x1b[2J\"a\".jpg", `\x1b[2J"a".jpg`},
		"a new line":         {"a\nREADY b", `a\nREADY b`},
		"right to left":      {"a\u202egpj.exe", `a\u202egpj.exe`},
		"invalid UTF-8":      {"a\xff", `a\xff`},
	}

	for name, test := range tests {
		if got := display.Text(test.text); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestTable(t *testing.T) {
	t.Parallel()

	table := display.Table{Indent: "  ", Right: []int{1}}
	table.Add("thumbnail", "160×160", "a reason that is long")
	table.Add("\x1b[31mlarge\x1b[0m", "1600×1200", "")
	table.Add("x")

	want := "  thumbnail    160×160  a reason that is long\n" +
		"  \x1b[31mlarge\x1b[0m      1600×1200\n" +
		"  x\n"
	if diff := cmp.Diff(want, table.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

func TestStyleFor_onlyTerminals(t *testing.T) {
	t.Parallel()

	style := display.StyleFor(&bytes.Buffer{}, func(string) (string, bool) { return "", false })
	if text := style.Bad("FAILED") + style.Status("READY") + style.Muted("x"); strings.Contains(text, "\x1b") {
		t.Errorf("%q", text)
	}
}

func TestProgress_onlyTerminals(t *testing.T) {
	t.Parallel()

	var (
		screen   bytes.Buffer
		broken   = errors.New("broken pipe")
		progress = display.NewProgress(&screen, 2)
	)

	progress.Sent()
	progress.Done()

	if err := progress.Around(func() error { return broken }); !errors.Is(err, broken) {
		t.Errorf("Around returned: %v", err)
	}

	progress.End()

	if screen.Len() > 0 {
		t.Errorf("progress was written to a file: %q", screen.String())
	}
}
