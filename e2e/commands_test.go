package e2e_test

import (
	"encoding/json"
	"image"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/e2e/fixture"
)

// shape checks that every line of --json has exactly these fields, whatever their values,
// because programs depend on them.
func shape(t *testing.T, text string, names ...string) {
	t.Helper()

	count := 0

	for line := range strings.Lines(text) {
		count++

		var object map[string]json.RawMessage
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatalf("a line of --json: %v\n%s", err, line)
		}

		fieldsOf(t, object, names...)
	}

	if count == 0 {
		t.Error("--json printed nothing")
	}
}

func fieldsOf(t *testing.T, object map[string]json.RawMessage, names ...string) {
	t.Helper()

	var got []string
	for name := range object {
		got = append(got, name)
	}

	slices.Sort(got)
	slices.Sort(names)

	if diff := cmp.Diff(names, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// part decodes one field of a line. The field has one object or a list of objects.
func part(t *testing.T, line, name string) []map[string]json.RawMessage {
	t.Helper()

	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(line), &object); err != nil {
		t.Fatal(err)
	}

	var list []map[string]json.RawMessage
	if json.Unmarshal(object[name], &list) == nil {
		return list
	}

	var one map[string]json.RawMessage
	if err := json.Unmarshal(object[name], &one); err != nil {
		t.Fatalf("%s: %v", name, err)
	}

	return []map[string]json.RawMessage{one}
}

// TestCommands inspects uploads with every command that shows them.
func TestCommands(t *testing.T) {
	t.Parallel()

	const prefix = "commands/"

	folder := t.TempDir()
	good := write(t, folder, "good.jpg", fixture.JPEG(fixture.Quarters(900, 700, 101)))
	bad := write(t, folder, "bad.jpg", []byte("no picture"))

	out := expect(t, exitRejected, under, "upload", "--wait", "--json", "--prefix", prefix, good, bad)

	shape(t, out.Stdout, "file", "key", "status", "version", "executionArn", "variants", "code", "reason", "millis")

	results := map[string]uploaded{}
	for _, line := range lines[uploaded](t, out.Stdout) {
		results[line.Key] = line
	}

	result, refused := results[prefix+"good.jpg"], results[prefix+"bad.jpg"]
	result.ready(t)

	for line := range strings.SplitSeq(strings.TrimSpace(out.Stdout), "\n") {
		for _, made := range part(t, line, "variants") {
			fieldsOf(t, made, "name", "url", "width", "height", "bytes", "contentType")
		}
	}

	t.Run("ls", func(t *testing.T) { checkLs(t, prefix, result, refused) })
	t.Run("show", func(t *testing.T) { checkShow(t, result, refused) })
	t.Run("executions", func(t *testing.T) { checkExecutions(t, result) })
	t.Run("for people", func(t *testing.T) {
		text := expect(t, exitWell, under, "upload", "--wait", "--prefix", "commands/again/", good).Stdout
		mentions(t, text, "READY", "good.jpg", "thumbnail", "160×160", "800×622", "900×700", under.Stack.CDN)
	})
	t.Run("without waiting", func(t *testing.T) {
		line := lines[uploaded](t, expect(t, exitWell, under, "upload", "--json", "--prefix", "commands/later/", good).Stdout)
		if len(line) != 1 || line[0].Key != "commands/later/good.jpg" || line[0].Status == "FAILED" {
			t.Errorf("upload without waiting: %+v", line)
		}

		awaitVersions(t, under, "commands/later/good.jpg", 1)
	})
}

// mentions checks that a text for people contains these words. The text must have no escape
// codes, because it is written to a file.
func mentions(t *testing.T, text string, words ...string) {
	t.Helper()

	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("no %q in:\n%s", word, text)
		}
	}

	if strings.Contains(text, "\x1b") {
		t.Errorf("escape codes in output that is not a terminal: %q", text)
	}
}

func checkLs(t *testing.T, prefix string, result, refused uploaded) {
	t.Helper()

	type listed struct {
		Key, Version, Status, Code string
	}

	all := expect(t, exitWell, under, "ls", "--json", "--prefix", prefix+"good").Stdout + "\n" +
		expect(t, exitWell, under, "ls", "--json", "--prefix", prefix+"bad", "--status", "REJECTED").Stdout

	var got []listed

	for line := range strings.Lines(all) {
		var one listed

		if line == "\n" {
			continue
		}

		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatal(err)
		}

		got = append(got, one)
	}

	want := []listed{
		{result.Key, result.Version, "READY", ""},
		{refused.Key, refused.Version, "REJECTED", "NOT_AN_IMAGE"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ls (-want +got):\n%s", diff)
	}

	mentions(t, expect(t, exitWell, under, "ls").Stdout, result.Key, "READY", refused.Key, "REJECTED", "NOT_AN_IMAGE")

	if out := expect(t, exitWell, under, "ls", "--prefix", "commands/nothing/"); strings.Contains(out.Stdout, "commands/") {
		t.Errorf("ls without a match: %s", out.Stdout)
	}
}

func checkShow(t *testing.T, result, refused uploaded) {
	t.Helper()

	var shown struct {
		Key      string
		Manifest *manifest
	}

	out := expect(t, exitWell, under, "show", result.Key, "--json").Stdout
	if err := json.Unmarshal([]byte(out), &shown); err != nil {
		t.Fatal(err)
	}

	if shown.Key != result.Key || shown.Manifest == nil || !cmp.Equal(shown.Manifest.Variants, result.Variants) {
		t.Errorf("show: %s", out)
	}

	mentions(t, expect(t, exitWell, under, "show", result.Key).Stdout, result.Key, "900×700", result.Version, result.Variants[2].URL)
	mentions(t, expect(t, exitWell, under, "show", refused.Key).Stdout, refused.Key, "NOT_AN_IMAGE", refused.Reason)

	unknown := expect(t, exitFailed, under, "show", "commands/unknown.jpg")
	if unknown.Stdout != "" {
		t.Errorf("show of an unknown key: %s", unknown.Stdout)
	}

	mentions(t, unknown.Stderr, "commands/unknown.jpg")
}

func checkExecutions(t *testing.T, result uploaded) {
	t.Helper()

	name := result.ExecutionARN[strings.LastIndex(result.ExecutionARN, ":")+1:]

	mentions(t, expect(t, exitWell, under, "executions").Stdout, name, "SUCCEEDED")
	mentions(t, expect(t, exitWell, under, "executions", "--status", "SUCCEEDED", "--json").Stdout, result.ExecutionARN)

	for _, id := range []string{name, result.ExecutionARN} {
		mentions(t, expect(t, exitWell, under, "executions", id).Stdout,
			name, result.Key, "SUCCEEDED", "Validate", "Sanitize", "Resize", "MakeVariant", "Record")
	}

	states := map[string]int{}

	for line := range strings.Lines(expect(t, exitWell, under, "executions", name, "--json").Stdout) {
		var visit struct {
			State   string
			Outcome string
		}

		if err := json.Unmarshal([]byte(line), &visit); err != nil {
			t.Fatal(err)
		}

		if visit.Outcome != "succeeded" {
			t.Errorf("%s: %s", visit.State, visit.Outcome)
		}

		states[visit.State]++
	}

	want := map[string]int{"Validate": 1, "Sanitize": 1, "Resize": 1, "MakeVariant": len(defaultRecipe()), "Record": 1}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}

	mentions(t, expect(t, exitFailed, under, "executions", "no-such-execution").Stderr, "no-such-execution")
}

// TestRender makes the variants on disk, and compares their bytes with those that the
// pipeline publishes.
func TestRender(t *testing.T) {
	t.Parallel()

	type picture struct {
		Name, Path, ContentType string
		Width, Height           int
		Bytes                   int64
		Millis                  float64
	}

	type rendered struct {
		File, Status, Code, Reason string
		Original                   picture
		Variants                   []picture
		Millis                     float64
	}

	folder := t.TempDir()
	photo := write(t, folder, "photo.jpg", fixture.Photo(fixture.Quarters(900, 600, 111), 6))
	text := write(t, folder, "text.jpg", []byte("no picture"))
	out := filepath.Join(folder, "out")

	printed := expect(t, exitRejected, under, "render", photo, text, "--out", out, "--json", "--repeat", "2").Stdout
	shape(t, printed, "file", "status", "code", "reason", "original", "variants", "millis")

	got := lines[rendered](t, printed)
	if len(got) != 2 || got[0].Status != "READY" || got[1].Status != "REJECTED" || got[1].Code != "NOT_AN_IMAGE" || got[1].Reason == "" || got[0].Millis <= 0 {
		t.Fatalf("render: %+v", got)
	}

	first := strings.SplitAfter(printed, "\n")[0]
	for _, original := range part(t, first, "original") {
		fieldsOf(t, original, "path", "width", "height", "bytes", "contentType")
	}

	for _, made := range part(t, first, "variants") {
		fieldsOf(t, made, "name", "path", "width", "height", "bytes", "contentType", "millis")
	}

	if original := got[0].Original; original.Width != 900 || original.Height != 600 || original.ContentType != "image/jpeg" {
		t.Errorf("original: %+v", original)
	}

	result := upload(t, exitWell, under, "--prefix", "render/", photo)["render/photo.jpg"]
	result.ready(t)

	for i, want := range defaultRecipe() {
		made := got[0].Variants[i]

		content, err := os.ReadFile(made.Path)
		if err != nil {
			t.Fatal(err)
		}

		_, size := gridOf(t, content, 1)
		if width, height := want.size(900, 600); size != image.Pt(width, height) || made.Name != want.name || made.Millis <= 0 {
			t.Errorf("%+v is %v, want %s of %d×%d", made, size, want.name, width, height)
		}

		if published := get(t, result.Variants[i].URL).Body; !slices.Equal(published, content) {
			t.Errorf("%s: %d bytes on disk differ from %d bytes at the CDN", made.Name, len(content), len(published))
		}
	}

	tags, err := exiftool(out)
	if err != nil || len(tags) != 4 {
		t.Fatalf("%d files in %s, %v", len(tags), out, err)
	}

	for file, found := range tags {
		for tag, value := range found {
			if !necessary(file, tag, value) {
				t.Errorf("%s still has %s: %v", file, tag, value)
			}
		}
	}
}

// TestUsage checks that wrong usage exits with 2, and that the message names --help.
func TestUsage(t *testing.T) {
	t.Parallel()

	tests := map[string][]string{
		"no file":              {"upload"},
		"unknown command":      {"uplaod", "x.jpg"},
		"unknown flag":         {"ls", "--sort"},
		"unknown status":       {"ls", "--status", "FINE"},
		"no key":               {"show"},
		"two ids":              {"executions", "a", "b"},
		"render without --out": {"render", "x.jpg"},
		"repeat 0 times":       {"render", "x.jpg", "--out", "out", "--repeat", "0"},
		"up with an argument":  {"up", "now"},
	}

	for name, arguments := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			out := expect(t, exitUsage, under, arguments...)
			if out.Stdout != "" || !strings.Contains(out.Stderr, "--help") {
				t.Errorf("stdout %q, stderr %q; want an error that names --help", out.Stdout, out.Stderr)
			}
		})
	}

	t.Run("no endpoint", func(t *testing.T) {
		t.Parallel()

		addresses, err := ports(1)
		if err != nil {
			t.Fatal(err)
		}

		nobody := &target{Endpoint: "http://" + addresses[0], binary: binary}
		mentions(t, expect(t, exitFailed, nobody, "ls").Stderr, addresses[0], "triptych up")
	})

	t.Run("no such file", func(t *testing.T) {
		t.Parallel()
		mentions(t, expect(t, exitFailed, under, "upload", "no-such.jpg").Stderr, "no-such.jpg")
	})

	t.Run("no such stack", func(t *testing.T) {
		t.Parallel()
		mentions(t, expect(t, exitFailed, under, "ls", "--stack", "elsewhere").Stderr, "elsewhere")
	})
}

// TestHelp checks that every command has a help text with examples.
func TestHelp(t *testing.T) {
	t.Parallel()

	mentions(t, expect(t, exitWell, under, "--help").Stdout, "upload", "executions", "render", "Exit codes")

	for _, command := range []string{"up", "upload", "ls", "show", "executions", "replay", "doctor", "render", "console", "version"} {
		mentions(t, expect(t, exitWell, under, command, "--help").Stdout, "Examples:", "triptych "+command, "--json")
	}

	version := expect(t, exitWell, under, "version").Stdout
	if !regexp.MustCompile(`^triptych \S+.* go1\.\d+`).MatchString(version) {
		t.Errorf("version: %q", version)
	}
}
