package command_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"triptych/cli/internal/transfer"
)

func folder(t *testing.T, contents map[string]string) string {
	t.Helper()

	root := t.TempDir()

	for name, content := range contents {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}

		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	return root
}

func TestUpload_outcomes(t *testing.T) {
	tests := map[string]struct {
		files map[string]string
		args  []string
		code  int
		want  map[string]transfer.Result // by key
	}{
		"ready": {
			files: map[string]string{"a/photo.jpg": "photo"}, args: []string{"--wait", "--prefix", "p/"},
			want: map[string]transfer.Result{"p/a/photo.jpg": {
				Status: "READY", Version: "000000000001", ExecutionARN: base + "run-of-version-1",
				Variants: []transfer.Variant{
					{
						Name: "thumbnail", URL: "https://cdn.example/p/a/photo.jpg/-/000000000001/thumbnail.jpg",
						Width: 160, Height: 160, Bytes: 5210, ContentType: "image/jpeg",
					},
					{
						Name: "large", URL: "https://cdn.example/p/a/photo.jpg/-/000000000001/large.jpg",
						Width: 400, Height: 300, Bytes: 41_234, ContentType: "image/jpeg",
					},
				},
			}},
		},
		"without --wait": {
			files: map[string]string{"photo.jpg": "photo"},
			want:  map[string]transfer.Result{"photo.jpg": {Status: "UPLOADED", Variants: []transfer.Variant{}}},
		},
		"rejected": {
			files: map[string]string{"notes.txt": "reject"}, args: []string{"--wait"}, code: 3,
			want: map[string]transfer.Result{"notes.txt": {
				Status: "REJECTED", Version: "000000000001", ExecutionARN: base + "run-of-version-1", Variants: []transfer.Variant{},
				Code: "NOT_AN_IMAGE", Reason: "This file is not an image.",
			}},
		},
		"superseded is not a failure": {
			files: map[string]string{"photo.jpg": "supersede"}, args: []string{"--wait"},
			want: map[string]transfer.Result{"photo.jpg": {
				Status: "SUPERSEDED", Version: "000000000001", ExecutionARN: base + "run-of-version-1", Variants: []transfer.Variant{},
			}},
		},
		"an invalid key is not sent, and the other file continues": {
			files: map[string]string{"-/photo.jpg": "photo", "z.txt": "reject"}, args: []string{"--wait"}, code: 3,
			want: map[string]transfer.Result{
				"-/photo.jpg": {
					Status: "REJECTED", Variants: []transfer.Variant{}, Code: "BAD_KEY",
					Reason: "This name cannot be used for a photo. (it has the component `-`)",
				},
				"z.txt": {
					Status: "REJECTED", Version: "000000000001", ExecutionARN: base + "run-of-version-1", Variants: []transfer.Variant{},
					Code: "NOT_AN_IMAGE", Reason: "This file is not an image.",
				},
			},
		},
		"a failed execution": {
			files: map[string]string{"photo.jpg": "fail"}, args: []string{"--wait"}, code: 1,
			want: map[string]transfer.Result{"photo.jpg": {
				Status: "FAILED", Version: "000000000001", ExecutionARN: base + "run-of-version-1", Variants: []transfer.Variant{},
				Code: "Lambda.Unknown", Reason: "the execution failed: Lambda.Unknown: out of memory",
			}},
		},
		"an execution that failed before its claim": {
			files: map[string]string{"photo.jpg": "crash"}, args: []string{"--wait"}, code: 1,
			want: map[string]transfer.Result{"photo.jpg": {
				Status: "FAILED", ExecutionARN: base + "run-of-version-1", Variants: []transfer.Variant{},
				Code: "Lambda.Unknown", Reason: "the execution failed: Lambda.Unknown: out of memory",
			}},
		},
		"unfinished": {
			files: map[string]string{"photo.jpg": "stick"}, args: []string{"--wait", "--timeout", "200ms"}, code: 1,
			want: map[string]transfer.Result{"photo.jpg": {
				Status: "PROCESSING", Version: "000000000001", ExecutionARN: base + "run-of-version-1", Variants: []transfer.Variant{},
				Reason: "still processing after 200ms: run `triptych show` later",
			}},
		},
		"not started": {
			files: map[string]string{"photo.jpg": "ignore"}, args: []string{"--wait", "--timeout", "200ms"}, code: 1,
			want: map[string]transfer.Result{"photo.jpg": {
				Status: "PROCESSING", Variants: []transfer.Variant{},
				Reason: "not started after 200ms: see `triptych executions`",
			}},
		},
		"a failure takes precedence over a rejection": {
			files: map[string]string{"-/photo.jpg": "photo", "photo.jpg": "stick"}, args: []string{"--wait", "--timeout", "50ms"}, code: 1,
			want: map[string]transfer.Result{
				"-/photo.jpg": {
					Status: "REJECTED", Variants: []transfer.Variant{}, Code: "BAD_KEY",
					Reason: "This name cannot be used for a photo. (it has the component `-`)",
				},
				"photo.jpg": {
					Status: "PROCESSING", Version: "000000000001", ExecutionARN: base + "run-of-version-1", Variants: []transfer.Variant{},
					Reason: "still processing after 50ms: run `triptych show` later",
				},
			},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			root := folder(t, test.files)
			code, out, errs := startFakeEmulator(t).run(append(append([]string{"upload", "--json"}, test.args...), root)...)

			if code != test.code || errs != "" {
				t.Errorf("exit code %d, want %d; standard error: %s", code, test.code, errs)
			}

			got := map[string]transfer.Result{}

			for line := range strings.Lines(out) {
				var result transfer.Result
				if err := json.Unmarshal([]byte(line), &result); err != nil {
					t.Fatalf("%v in %s", err, line)
				}

				got[result.Key] = result
			}

			unsaid := cmpopts.IgnoreFields(transfer.Result{}, "File", "Key", "Millis")
			if diff := cmp.Diff(test.want, got, unsaid); diff != "" {
				t.Errorf("results (-want +got):\n%s", diff)
			}
		})
	}
}

// anyTime matches the parts of the output that differ between runs.
var anyTime = regexp.MustCompile(`\d+(\.\d+)? m?s\b`)

func TestUpload_text(t *testing.T) {
	root := folder(t, map[string]string{"photo.jpg": "photo", "\x1b[2Jevil.txt": "reject"})

	code, out, errs := startFakeEmulator(t).run("upload", "--wait", "--concurrency", "1", filepath.Join(root, "photo.jpg"))
	if code != 0 || errs != "" {
		t.Errorf("exit code %d, standard error %s", code, errs)
	}

	want := `READY     photo.jpg  TIME
    thumbnail  160×160   5.2 kB  https://cdn.example/photo.jpg/-/000000000001/thumbnail.jpg
    large      400×300  41.2 kB  https://cdn.example/photo.jpg/-/000000000001/large.jpg
`
	if diff := cmp.Diff(want, anyTime.ReplaceAllString(out, "TIME")); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}

	code, out, _ = startFakeEmulator(t).run("upload", "--wait", "--concurrency", "1", "--prefix", "x/", root)
	if code != 3 || strings.Contains(out, "\x1b") {
		t.Errorf("exit code %d, output %q", code, out)
	}

	for _, want := range []string{`REJECTED  `, `→ x/\x1b[2Jevil.txt  NOT_AN_IMAGE This file is not an image.`, "1 ready, 1 rejected in "} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %s", want, out)
		}
	}
}

func TestUpload_contentTypeOfTheBytes(t *testing.T) {
	l := startFakeEmulator(t)
	png := "\x89PNG\r\n\x1a\n" + strings.Repeat("x", 1000)

	if code, _, errs := l.run("upload", folder(t, map[string]string{"a.jpg": png, "empty": ""})); code != 0 {
		t.Fatal(errs)
	}

	want := map[string]string{"triptych-uploads/a.jpg": "image/png", "triptych-uploads/empty": "text/plain; charset=utf-8"}
	if diff := cmp.Diff(want, l.types); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
}
