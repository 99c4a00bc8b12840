package keys_test

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"triptych/shared/keys"
)

func TestPath(t *testing.T) {
	for key, want := range map[string]string{
		"a/-/v/x.jpg":          "/a/-/v/x.jpg",
		"my cat (1).jpg":       "/my%20cat%20(1).jpg",
		"a!$&'(),;:@=_.-b":     "/a!$&'(),;:@=_.-b",
		"\"#%<>[\\]^`{|}":      "/%22%23%25%3C%3E%5B%5C%5D%5E%60%7B%7C%7D",
		"\x01\t\x7f":           "/%01%09%7F",
		"ü/🐈":                  "/%C3%BC/%F0%9F%90%88",
		"~":                    "/~",
		"a+b*c?d":              "/a%2Bb%2Ac%3Fd",
		"a%41":                 "/a%2541",
		"\u00a0\u2028\uffff":   "/%C2%A0%E2%80%A8%EF%BF%BF",
		"users/a@b.org/1.jpeg": "/users/a@b.org/1.jpeg",
	} {
		if got := keys.Path(key); got != want {
			t.Errorf("Path(%q) = %s, want %s", key, got, want)
		}
	}
}

func TestURL(t *testing.T) {
	const base = "https://images.example.org"

	for _, base := range []string{base, base + "/"} {
		if got, want := keys.URL(base, "a b/c.jpg"), "https://images.example.org/a%20b/c.jpg"; got != want {
			t.Errorf("URL(%q) = %s, want %s", base, got, want)
		}
	}
}

func TestURL_decodesToTheKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.String().Draw(t, "key")

		parsed, err := url.Parse(keys.URL("https://cdn", key))
		if err != nil {
			t.Fatal(err)
		}

		if parsed.Path != "/"+key || parsed.RawQuery != "" || parsed.Fragment != "" {
			t.Fatalf("the URL of %q is decoded to %q", key, parsed.Path)
		}
	})
}

func TestInvalidationPath(t *testing.T) {
	for name, test := range map[string]struct{ prefix, want string }{
		"a key's folder":         {keys.Folder("a.jpg"), "/a.jpg/-/*"},
		"not encoded by AWS":     {keys.Folder("a (1), 'b'!@c&d=e.jpg"), "/a%20(1),%20'b'!@c&d=e.jpg/-/*"},
		"encoded by AWS":         {keys.Folder("ü#%<>.jpg"), "/%C3%BC%23%25%3C%3E.jpg/-/*"},
		"a tilde":                {keys.Folder("users/~ann/a.jpg"), "/users/*"},
		"two tildes":             {keys.Folder("a~b~c.jpg"), "/a*"},
		"a tilde first":          {keys.Folder("~.jpg"), "/*"},
		"a plus":                 {keys.Folder("a b+c.jpg"), "/a%20b*"},
		"an asterisk":            {keys.Folder("a*b.jpg"), "/a*"},
		"a question mark":        {keys.Folder("a/b?c~d.jpg"), "/a/b*"},
		"everything":             {"", "/*"},
		"an incomplete letter":   {"a/é"[:3], "/a/*"},
		"an incomplete emoji":    {"🐈"[:3], "/*"},
		"a whole character":      {"a/é", "/a/%C3%A9*"},
		"a common start":         {"users/17/", "/users/17/*"},
		"an escaped tilde":       {keys.Folder("a%7Eb"), "/a%257Eb/-/*"},
		"a character, no folder": {"a", "/a*"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := keys.InvalidationPath(test.prefix); got != test.want {
				t.Errorf("InvalidationPath(%q) = %s, want %s", test.prefix, got, test.want)
			}
		})
	}

	if longest := keys.InvalidationPath(keys.Folder(strings.Repeat("\u2028", keys.MaxBytes/3))); len(longest) > 4000 {
		t.Errorf("the longest path has %d characters, more than 4,000", len(longest))
	}
}

// TestInvalidationPath_matchesEveryKeyWithThePrefix checks that the path of a prefix matches
// the Path of every key with this prefix, and contains no character that CloudFront does not
// match.
func TestInvalidationPath_matchesEveryKeyWithThePrefix(t *testing.T) {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{"/", "~", "+", "*", "?", "%", "%7E", "é", "🐈", " ", "&", "a", "(", "'"}), rapid.String(),
	)

	rapid.Check(t, func(t *rapid.T) {
		object := strings.Join(rapid.SliceOfN(piece, 1, 6).Draw(t, "pieces"), "")
		prefix := object[:rapid.IntRange(0, len(object)).Draw(t, "bytes")]

		start, wildcard := strings.CutSuffix(keys.InvalidationPath(prefix), "*")
		if !wildcard || !strings.HasPrefix(keys.Path(object), start) {
			t.Fatalf("%s* does not match %s", start, keys.Path(object))
		}

		decoded, err := url.PathUnescape(start)
		if err != nil || !utf8.ValidString(decoded) || strings.ContainsAny(decoded, "~*+?") || !strings.HasPrefix("/"+prefix, decoded) {
			t.Fatalf("the path %s* of %q is not one that CloudFront matches: %v", start, prefix, err)
		}
	})
}
