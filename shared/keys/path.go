package keys

import (
	"strings"
	"unicode/utf8"

	"triptych/shared/percent"
)

// Path returns the only spelling of an object key in a URL path. The public URLs, the
// CDN's cache and the invalidations share it. The CDN's edge functions rewrite every
// other spelling to it (terraform/edge), so an object has only one cache entry.
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
// [InvalidationPath] handles these four characters.
//
// Sources: Amazon CloudFront Developer Guide, "What you need to know when invalidating
// files" (invalidation-specifying-objects); RFC 1738 §2.2.
func Path(objectKey string) string {
	return percent.Encode("/"+objectKey, encoded)
}

// uncertain lists the characters that an invalidation path cannot contain. CloudFront
// does not support `~`, encoded or not. [Path] encodes the others, but AWS does not allow
// them to be encoded in an invalidation ("don't URL-encode any other characters in the
// path, or CloudFront won't invalidate").
const uncertain = "~*+?"

// encoded reports whether [Path] percent-encodes a byte.
func encoded(letter byte) bool {
	return letter <= ' ' || letter >= 0x7F || strings.IndexByte(`"#%<>[\]^{|}`+"`*+?", letter) >= 0
}

// InvalidationPath returns the path of an invalidation that removes every cached object
// whose key begins with prefix. The prefix is [Folder] of a key, for all objects of that
// key, or the common prefix of several keys. The path ends with the wildcard `*`.
//
// If prefix contains one of `~`, `*`, `+`, `?`, the path ends before the first of them,
// because CloudFront would not match them. The invalidation then removes more objects
// from the cache than prefix names; it never removes fewer. If prefix ends inside a UTF-8
// sequence, the incomplete sequence is cut off.
//
// A path has at most 4,000 characters. The path of the longest key ([MaxBytes]) fits.
func InvalidationPath(prefix string) string {
	return Path(InvalidationPrefix(prefix)) + "*"
}

// InvalidationPrefix is the part of a prefix of object keys that an invalidation can
// spell: see [InvalidationPath].
func InvalidationPrefix(prefix string) string {
	if first := strings.IndexAny(prefix, uncertain); first >= 0 {
		prefix = prefix[:first]
	}

	return wholeCharacters(prefix)
}

// wholeCharacters cuts text before the character that its end has broken, if any.
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
