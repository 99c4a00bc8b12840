package e2e_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/e2e/fixture"
)

// TestStripped checks that `triptych show` lists the kinds of removed metadata of two
// originals, without their values.
func TestStripped(t *testing.T) {
	t.Parallel()

	const prefix = "stripped/"

	picture := fixture.Quarters(300, 200, 51)
	folder := t.TempDir()
	write(t, folder, "photo.jpg", fixture.Photo(picture, 6))
	write(t, folder, "plain.jpg", fixture.JPEG(picture))

	results := upload(t, exitWell, under, "--prefix", prefix, folder)

	for key, want := range map[string]struct {
		kinds []string
		text  string
	}{
		prefix + "photo.jpg": {
			[]string{"comment", "exif", "gps", "iptc", "makernote", "other", "thumbnail", "trailer", "xmp"}, "exif, gps, iptc",
		},
		prefix + "plain.jpg": {[]string{}, "nothing: it had no metadata"},
	} {
		results[key].ready(t)

		var shown struct {
			Versions []struct{ Stripped []string }
		}

		out := expect(t, exitWell, under, "show", key, "--json").Stdout
		if err := json.Unmarshal([]byte(out), &shown); err != nil || len(shown.Versions) != 1 {
			t.Fatalf("show %s: %v\n%s", key, err, out)
		}

		if diff := cmp.Diff(want.kinds, shown.Versions[0].Stripped); diff != "" {
			t.Errorf("%s (-want +got):\n%s", key, diff)
		}

		mentions(t, expect(t, exitWell, under, "show", key).Stdout, "stripped", want.text)

		// This list is for the operator, not for visitors.
		public := get(t, under.Stack.CDN+"/"+key+"/-/manifest.json").Body
		if containsKey(t, public, "stripped") {
			t.Errorf("the manifest contains the list: %s", public)
		}
	}
}

// containsKey reports whether a JSON object has a member.
func containsKey(t *testing.T, text []byte, name string) bool {
	t.Helper()

	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatal(err)
	}

	_, found := object[name]

	return found
}
