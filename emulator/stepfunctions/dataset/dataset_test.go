package dataset_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/stepfunctions/asl"
	"triptych/emulator/stepfunctions/dataset"
)

const readerPage = "https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html"

// all reads a file in pages of a size, each from its offset.
func all(text string, format asl.ItemFormat, size int) (string, error) {
	var (
		items []string
		at    dataset.Position
	)

	for {
		page, err := dataset.Read(strings.NewReader(text[at.Offset:]), format, at, size)
		if err != nil {
			return "", err
		}

		for _, item := range page.Items {
			items = append(items, string(item))
		}

		if page.Next == nil {
			return strings.Join(items, " "), nil
		}

		at = *page.Next
	}
}

// The items of a file are the same for every size of a page.
func TestRead(t *testing.T) {
	t.Parallel()

	csv := asl.ItemFormat{Type: asl.InputCSV, Delimiter: ','}

	for name, test := range map[string]struct {
		text   string
		format asl.ItemFormat
		want   string
		err    string
	}{
		"a JSON array":                {`[1, {"a": "]"}, [2, 3] , "x"]`, asl.ItemFormat{Type: asl.InputJSON}, `1 {"a": "]"} [2, 3] "x"`, ""},
		"an empty array":              {` [ ] `, asl.ItemFormat{Type: asl.InputJSON}, ``, ""},
		"a nested array":              {`{"x": {"a": [0]}, "inventory": {"n": [[]], "a/b": [1, 2]}}`, asl.ItemFormat{Type: asl.InputJSON, Pointer: "/inventory/a~1b"}, `1 2`, ""},
		"a pointer that does not fit": {`{"x": 1}`, asl.ItemFormat{Type: asl.InputJSON, Pointer: "/y"}, ``, "does not have an array there"},
		"an object":                   {`{"x": 1}`, asl.ItemFormat{Type: asl.InputJSON}, ``, "does not have an array there"},
		"JSON that is cut":            {`[1, 2`, asl.ItemFormat{Type: asl.InputJSON}, ``, "EOF"},
		"JSON Lines":                  {"{\"a\": 1}\r\n\n2\n\"x\"", asl.ItemFormat{Type: asl.InputJSONL}, `{"a": 1} 2 "x"`, ""},
		"a line that is not JSON":     {"1\nx\n", asl.ItemFormat{Type: asl.InputJSONL}, ``, "ends at byte 4 is not JSON"},
		"CSV with headers in the file": {
			"\ufeffid,name\n1,\"a, b\"\n2\n3,c,d\n", csv, `{"id":"1","name":"a, b"} {"id":"2","name":""} {"id":"3","name":"c"}`, "",
		},
		"CSV with given headers": {"1|a\n2|\"x\ny\"", asl.ItemFormat{Type: asl.InputCSV, Headers: []string{"id", "name"}, Delimiter: '|'}, `{"id":"1","name":"a"} {"id":"2","name":"x\ny"}`, ""},
		"an empty CSV file":      {"", csv, ``, ""},
		"an item that is too long": {
			`["` + strings.Repeat("x", 5<<20) + `"]`, asl.ItemFormat{Type: asl.InputJSON}, ``, "longer than",
		},
	} {
		for _, size := range []int{1, 2, 1000} {
			got, err := all(test.text, test.format, size)
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("%s in pages of %d: got %v, want %q (%s)", name, size, err, test.err, readerPage)

				continue
			}

			if diff := cmp.Diff(test.want, got); err == nil && diff != "" {
				t.Errorf("%s in pages of %d (%s):\n%s", name, size, readerPage, diff)
			}
		}
	}
}

// A page ends before its items use too much memory.
func TestRead_bytes(t *testing.T) {
	t.Parallel()

	var text bytes.Buffer
	for i := range 100 {
		fmt.Fprintf(&text, "{\"n\": %d, \"x\": %q}\n", i, strings.Repeat("x", 200<<10))
	}

	page, err := dataset.Read(&text, asl.ItemFormat{Type: asl.InputJSONL}, dataset.Position{}, 1000)
	if err != nil || page.Next == nil || len(page.Items) > 45 {
		t.Errorf("got %d items, %v", len(page.Items), err)
	}
}

// No file crashes the reader, and every item is JSON.
func FuzzRead(f *testing.F) {
	f.Add(`[1, {"a": []}]`, "JSON", "")
	f.Add(`{"a": {"b": [1]}}`, "JSON", "/a/b")
	f.Add("1\n2", "JSONL", "")
	f.Add("a,b\n1,\"2", "CSV", "")
	f.Fuzz(func(t *testing.T, text, kind, pointer string) {
		page, err := dataset.Read(io.LimitReader(strings.NewReader(text), 1<<20), asl.ItemFormat{Type: kind, Pointer: pointer, Delimiter: ','}, dataset.Position{}, 10)
		if err != nil {
			return
		}

		for _, item := range page.Items {
			if !json.Valid(item) {
				t.Errorf("%q is not JSON", item)
			}
		}
	})
}
