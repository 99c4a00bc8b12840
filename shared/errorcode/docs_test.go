package errorcode_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"triptych/shared/errorcode"
)

// page is the file with the table of error codes.
const page = "../../docs/errors.md"

var update = flag.Bool("update", false, "write the table of error codes into "+page)

// TestAll_matchesDocumentation compares the table in docs/errors.md with the table in the
// code. With -update, it writes the table.
func TestAll_matchesDocumentation(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}

	const head = "| code | kind | for the uploader | for the operator |\n|---|---|---|---|\n"

	before, after, found := strings.Cut(string(text), head)
	if !found {
		t.Fatalf("%s has no table that begins with\n%s", page, head)
	}

	rows := ""

	for strings.HasPrefix(after, "|") {
		row, rest, _ := strings.Cut(after, "\n")
		rows, after = rows+row+"\n", rest
	}

	kinds := map[errorcode.Kind]string{errorcode.Terminal: "terminal", errorcode.Outcome: "outcome", errorcode.Retryable: "retryable"}
	want := ""

	for _, entry := range errorcode.All() {
		want += fmt.Sprintf("| `%s` | %s | %s | %s |\n", entry.Code.Public(), kinds[entry.Kind], entry.Uploader, entry.Operator)
	}

	if *update {
		if err := os.WriteFile(page, []byte(before+head+want+after), 0o600); err != nil {
			t.Fatal(err)
		}

		return
	}

	if rows != want {
		t.Errorf("%s has\n%swant\n%s(go test ./shared/errorcode -run Documentation -update writes it)", page, rows, want)
	}
}
