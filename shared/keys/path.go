package keys

import (
	"strings"
	"unicode/utf8"

	"triptych/shared/percent"
)

// Path returns the canonical form of an object key in a URL path. The public URLs, the
// CDN's cache and the invalidations use the same form. The CDN's edge functions rewrite
// every other form to it (terraform/edge), so an object has only one cache entry.
//
// Path percent-encodes, in upper case, the characters that AWS requires to be encoded in
// an invalidation: non-ASCII characters and those that RFC 1738 §2.2 calls unsafe. It
// does not encode `~`. It encodes three more characters, because they have another
// meaning in a path:
//
//   - `?` begins the query;
//   - `+` is a space to S3;
//   - `*` is a wildcard in the policy of a signed URL.
//
// [InvalidationPath] handles these three characters and `~`.
//
// Sources: Amazon CloudFront Developer Guide, "What you need to know when invalidating
// files" (invalidation-specifying-objects); RFC 1738 §2.2.
func Path(objectKey string) string {
	return percent.Encode("/"+objectKey, encoded)
}

// uncertain lists the characters that an invalidation path must not contain. CloudFront
// does not support `~`, encoded or not. [Path] encodes the other three, but AWS forbids
// encoding them in an invalidation ("don't URL-encode any other characters in the path, or
// CloudFront won't invalidate").
const uncertain = "~*+?"

// encoded reports whether [Path] percent-encodes a byte.
func encoded(letter byte) bool {
	return letter <= ' ' || letter >= 0x7F || strings.IndexByte(`"#%<>[\]^{|}`+"`*+?", letter) >= 0
}

// InvalidationPath returns the path of an invalidation that removes every cached object
// whose key begins with prefix. The prefix is [Folder] of a key, for all objects of that
// key, or the common prefix of several keys. The path ends with the wildcard `*`.
//
// If prefix contains one of `~`, `*`, `+`, `?`, the path ends before the first of these
// characters, because CloudFront would not match them. The invalidation then also removes
// objects without this prefix; it never removes too few. If prefix ends inside a UTF-8
// sequence, the path ends before this sequence.
//
// CloudFront allows 4,000 characters in a path. The path of the longest key ([MaxBytes])
// is shorter.
func InvalidationPath(prefix string) string {
	return Path(InvalidationPrefix(prefix)) + "*"
}

// InvalidationPrefix returns the part of a prefix of object keys that an invalidation path
// can contain: see [InvalidationPath].
func InvalidationPrefix(prefix string) string {
	if first := strings.IndexAny(prefix, uncertain); first >= 0 {
		prefix = prefix[:first]
	}

	return wholeCharacters(prefix)
}

// wholeCharacters removes an incomplete UTF-8 sequence from the end of text.
func wholeCharacters(text string) string {
	for back := 1; back < utf8.UTFMax && back <= len(text); back++ {
		if start := len(text) - back; utf8.RuneStart(text[start]) {
			if !utf8.FullRuneInString(text[start:]) {
				return text[:start]
			}

			break
		}
	}

	return text
}
