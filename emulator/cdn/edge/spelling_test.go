package edge_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"triptych/emulator/cdn/edge"
	"triptych/shared/keys"
)

// spelling draws one of the spellings of a key in a path: S3 decodes a path once, and
// reads a raw + as a space.
func spelling(t *rapid.T, key string) string {
	var path strings.Builder

	path.WriteByte('/')

	for _, letter := range key {
		text := string(letter)

		switch way := rapid.SampledFrom([]string{"raw", "upper", "lower", "plus"}).Draw(t, "way"); {
		case way == "plus" && letter == ' ':
			path.WriteByte('+')
		case way == "raw" && letter > ' ' && letter != 0x7F && !strings.ContainsRune("%?#+", letter):
			path.WriteString(text)
		case way == "lower":
			for i := range len(text) {
				fmt.Fprintf(&path, "%%%02x", text[i])
			}
		default:
			for i := range len(text) {
				fmt.Fprintf(&path, "%%%02X", text[i])
			}
		}
	}

	return path.String()
}

// anyKey draws keys that the pipeline accepts, with characters that have several
// spellings.
func anyKey(t *rapid.T) string {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{"a", "photo", "/", "~", "+", " ", "%", "%41", "*", "?", "#", "&", "(", "'", "é", "\u2028", "😀", "{", "-", "."}),
		rapid.String(),
	)

	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(piece, 1, 6).Draw(t, "pieces"), "")
	}).Filter(func(key string) bool { return keys.Validate(key) == nil }).Draw(t, "key")
}

// TestViewer_every_spelling_is_one_cache_entry checks that all spellings of an object's
// path are one entry of the cache. Its URL is the one that the manifest names and that
// the invalidation of the image removes.
func TestViewer_every_spelling_is_one_cache_entry(t *testing.T) {
	t.Parallel()

	function := deployed(t, "viewer")

	rapid.Check(t, func(t *rapid.T) {
		key := anyKey(t)
		object := rapid.SampledFrom([]string{
			keys.Manifest(key), keys.Variant(key, "0123456789ab", "medium", "jpg"), keys.Variant(key, "0123456789ab", "m", "auto.jpg"),
		}).Draw(t, "object")

		asked := spelling(t, object)

		request, answer, err := function.OnRequest(edge.Viewer{}, ask("GET", asked))
		if err != nil || answer != nil {
			t.Fatalf("%s does not reach the cache: %+v, %v", asked, answer, err)
		}

		if want := keys.Path(object); request.URI != want {
			t.Fatalf("%s is the entry %s of the cache, want %s", asked, request.URI, want)
		}

		if path, _ := strings.CutSuffix(keys.InvalidationPath(keys.Folder(key)), "*"); !strings.HasPrefix(request.URI, path) {
			t.Fatalf("the entry %s is not removed by the invalidation of %s*", request.URI, path)
		}
	})
}

// TestViewer_rejects_paths_that_name_no_image checks that no spelling of a path that
// names no image reaches the cache or the bucket.
func TestViewer_rejects_paths_that_name_no_image(t *testing.T) {
	t.Parallel()

	function := deployed(t, "viewer")
	component := rapid.SampledFrom([]string{"-", "a", "b.jpg", "manifest.json", "..", ".", "", " ", "é"})

	rapid.Check(t, func(t *rapid.T) {
		object := strings.Join(rapid.SliceOfN(component, 1, 5).Draw(t, "components"), "/")
		key, rest, folder := strings.Cut(object, "/-/")
		picture := folder && keys.Validate(key) == nil && keys.Validate(rest) == nil

		_, answer, err := function.OnRequest(edge.Viewer{}, ask("GET", spelling(t, object)))
		if err != nil || (answer == nil) != picture {
			t.Fatalf("%q is an image's: %v; the edge answers %+v, %v", object, picture, answer, err)
		}
	})
}

// TestUpload_every_spelling_is_one_key checks that an upload reaches the bucket under the
// same spelling, however it was requested.
func TestUpload_every_spelling_is_one_key(t *testing.T) {
	t.Parallel()

	function := deployed(t, "upload")

	rapid.Check(t, func(t *rapid.T) {
		key := anyKey(t)
		asked := "/-/upload" + spelling(t, key)

		request, answer, err := function.OnRequest(edge.Viewer{}, ask("PUT", asked, "content-length", "1"))
		if err != nil || answer != nil || request.URI != keys.Path(key) {
			t.Fatalf("%s becomes %q, want %q: %+v, %v", asked, request.URI, keys.Path(key), answer, err)
		}
	})
}
