package command_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/cli/internal/command"
)

func TestSettings(t *testing.T) {
	l := startFakeEmulator(t)
	l.fill()

	const line = `{"key":"first.jpg"`

	tests := map[string]struct {
		file, stack string // the settings, and TRIPTYCH_STACK
		args        []string
		code        int
		want        string // part of the output
	}{
		"none":                        {"", "", nil, 0, "READY"},
		"the output":                  {`{"output": "json"}`, "", nil, 0, line},
		"a flag instead":              {`{"output": "json"}`, "", []string{"-o", "table"}, 0, "READY"},
		"the stack":                   {`{"stack": "shop"}`, "", nil, 1, `there is no stack "shop"`},
		"the environment instead":     {`{"stack": "shop"}`, "triptych", nil, 0, "READY"},
		"a flag instead of both":      {`{"stack": "shop"}`, "kiosk", []string{"--stack", "triptych"}, 0, "READY"},
		"an unknown setting":          {`{"region": "eu-west-1"}`, "", nil, 2, "it may have stack, local and output"},
		"an output that is not valid": {`{"output": "yaml"}`, "", nil, 2, "it must be one of table, wide, json"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			t.Setenv("XDG_CONFIG_HOME", folder)
			t.Setenv("TRIPTYCH_STACK", test.stack)

			if test.file != "" {
				if err := os.Mkdir(filepath.Join(folder, "triptych"), 0o700); err != nil {
					t.Fatal(err)
				}

				if err := os.WriteFile(filepath.Join(folder, "triptych", "config.json"), []byte(test.file), 0o600); err != nil {
					t.Fatal(err)
				}
			}

			code, out, errs := l.run(append([]string{"ls", "--status", "ready"}, test.args...)...)
			if code != test.code || !strings.Contains(out+errs, test.want) {
				t.Errorf("exit code %d, output %q, errors %q", code, out, errs)
			}
		})
	}
}

func TestErase_asks(t *testing.T) {
	l := startFakeEmulator(t)

	for _, answer := range []string{"n\n", "\n", "", "no\n"} {
		var out, errs bytes.Buffer

		code := command.Run(t.Context(), []string{"erase", "--local", "photo.jpg"}, command.Environment{
			In: strings.NewReader(answer), Interactive: true, Out: &out, Err: &errs,
		})
		want := "Erase photo.jpg at " + l.url + ", with every version and all variants? This cannot be undone. [y/N] Nothing was done.\n"

		if diff := cmp.Diff(want, errs.String()); diff != "" || code != 1 || out.Len() > 0 {
			t.Errorf("%q: exit code %d, output %q, (-want +got):\n%s", answer, code, out.String(), diff)
		}
	}
}

func TestHints_haveTheNameOfTheCall(t *testing.T) {
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

	var out, errs bytes.Buffer

	code := command.Run(t.Context(), []string{"ls", "--local"}, command.Environment{Out: &out, Err: &errs, Name: "build/triptych"})
	if want := "start it with `build/triptych up`"; code != 1 || !strings.Contains(errs.String(), want) {
		t.Errorf("exit code %d, %s", code, errs.String())
	}
}

func TestSrcset_open(t *testing.T) {
	l := startFakeEmulator(t)
	l.objects["triptych-variants/first.jpg/-/manifest.json"] = []byte(`{"key": "first.jpg", "version": "000000000001",
		"sequencer": "1", "createdAt": "2026-03-04T05:06:07Z", "color": "#aa8833",
		"source": {"etag": "0123", "bytes": 3109191, "format": "jpeg", "width": 4000, "height": 3000},
		"variants": [
			{"name": "thumbnail", "url": "https://cdn.example/t.jpg", "width": 160, "height": 160, "bytes": 5210, "contentType": "image/jpeg"},
			{"name": "large", "url": "https://cdn.example/l.jpg", "width": 1600, "height": 1200, "bytes": 9, "contentType": "image/jpeg"},
			{"name": "medium", "url": "https://cdn.example/m.jpg", "width": 799, "height": 600, "bytes": 9, "contentType": "image/jpeg"},
			{"name": "original", "url": "https://cdn.example/o.jpg", "width": 1600, "height": 1200, "bytes": 9, "contentType": "image/jpeg"}]}`)

	want := `<img src="https://cdn.example/l.jpg"
     srcset="https://cdn.example/m.jpg 799w,
             https://cdn.example/l.jpg 1600w"
     sizes="50vw" width="1600" height="1200" alt="&lt;a &amp; b&gt;"
     style="background: #aa8833" loading="lazy">
`

	code, out, errs := l.run("srcset", "first.jpg", "--sizes", "50vw", "--alt", "<a & b>")
	if diff := cmp.Diff(want, out); diff != "" || code != 0 {
		t.Errorf("exit code %d, %s, (-want +got):\n%s", code, errs, diff)
	}

	for variant, want := range map[string]string{"": "https://cdn.example/l.jpg\n", "thumbnail": "https://cdn.example/t.jpg\n"} {
		if code, out, errs := l.run("open", "first.jpg", "--print", "--variant", variant); code != 0 || out != want {
			t.Errorf("open %q: exit code %d, %q, %s", variant, code, out, errs)
		}
	}

	if code, _, errs := l.run("open", "first.jpg", "--print", "--variant", "huge"); code != 2 || !strings.Contains(errs, "thumbnail, large, medium") {
		t.Errorf("exit code %d, %s", code, errs)
	}
}
