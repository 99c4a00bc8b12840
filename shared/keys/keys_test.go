package keys_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"triptych/shared/errorcode"
	"triptych/shared/keys"
	"triptych/shared/recipe"
)

func TestValidate(t *testing.T) {
	tests := map[string]struct {
		key string
		ok  bool
	}{
		"plain":                   {"cat.jpg", true},
		"folders":                 {"users/17/cat.jpg", true},
		"space plus percent":      {"my cat+dog %41.jpg", true},
		"hash and question":       {"a#b?c&d=e.jpg", true},
		"emoji":                   {"📷/🐈.jpg", true},
		"hyphens within":          {"a-b/-c/d-", true},
		"dots within":             {"a..b/.c/...", true},
		"no extension":            {"cat", true},
		"the longest":             {strings.Repeat("k", keys.MaxBytes), true},
		"one byte too long":       {strings.Repeat("k", keys.MaxBytes+1), false},
		"the fold":                {"cat/-/dog.jpg", false},
		"the fold first":          {"-/upload/cat.jpg", false},
		"only the fold":           {"-", false},
		"the fold last":           {"cat/-", false},
		"a dot":                   {"a/./b.jpg", false},
		"two dots":                {"../b.jpg", false},
		"empty":                   {"", false},
		"empty component":         {"a//b.jpg", false},
		"leading slash":           {"/a.jpg", false},
		"trailing slash":          {"a/", false},
		"invalid UTF-8":           {"a\xff.jpg", false},
		"escaped fold stays text": {"a/%2D/b.jpg", true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := keys.Validate(test.key)
			if test.ok && err != nil {
				t.Errorf("refused: %v", err)
			}

			if !test.ok && !errorcode.Is(err, errorcode.BadKey) {
				t.Errorf("want BadKey, got %v", err)
			}
		})
	}
}

func TestMaxBytes_variantKeysFit(t *testing.T) {
	longest := keys.Variant(strings.Repeat("k", keys.MaxBytes), "0123456789ab",
		strings.Repeat("n", recipe.MaxNameBytes), strings.Repeat("e", keys.MaxExtensionBytes))
	if len(longest) != 1024 {
		t.Errorf("the longest key of a variant has %d bytes, want 1024, the limit of S3", len(longest))
	}
}

// TestFolder_containsNoOtherKey checks that no object of one original is inside the folder
// of another original. An erasure removes a whole folder.
func TestFolder_containsNoOtherKey(t *testing.T) {
	component := rapid.SampledFrom([]string{"-", "a", "b.jpg", "manifest.json", "..", ".", "", "-a"})

	rapid.Check(t, func(t *rapid.T) {
		one := strings.Join(rapid.SliceOfN(component, 1, 5).Draw(t, "one"), "/")
		other := strings.Join(rapid.SliceOfN(component, 1, 5).Draw(t, "other"), "/")

		if keys.Validate(one) != nil || keys.Validate(other) != nil || one == other {
			return
		}

		for _, object := range []string{keys.Manifest(other), keys.Variant(other, "0123456789ab", "thumbnail", "jpg")} {
			if strings.HasPrefix(object, keys.Folder(one)) || object == one {
				t.Fatalf("%q, generated from %q, is in the folder of %q", object, other, one)
			}
		}
	})
}

func TestVersion(t *testing.T) {
	today := recipe.Default()
	version := keys.Version("v1", today, "1")

	if len(version) != 12 || strings.Trim(version, "0123456789abcdef") != "" {
		t.Errorf("%q is not 12 hex digits", version)
	}

	if version != keys.Version("v1", recipe.Default(), "1") {
		t.Error("the same upload under the same recipe has two versions")
	}

	changed, fewer, asIs := recipe.Default(), recipe.Default(), recipe.Default()
	changed.Variants[0].Quality++
	fewer.Variants = fewer.Variants[1:]
	asIs.Master = recipe.AsIs

	for name, other := range map[string]string{
		"another upload":   keys.Version("v2", today, "1"),
		"another recipe":   keys.Version("v1", changed, "1"),
		"fewer variants":   keys.Version("v1", fewer, "1"),
		"another master":   keys.Version("v1", asIs, "1"),
		"another revision": keys.Version("v1", today, "2"),
	} {
		if other == version {
			t.Errorf("%s has the same version", name)
		}
	}
}
