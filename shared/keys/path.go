package keys

import (
	"strings"
	"unicode/utf8"
)

// Path is the one spelling of an object key in a URL's path. The public URLs, the
// CDN's cache and the invalidations share it: the CDN's edge functions rewrite every
// other spelling to it (terraform/edge), so an object is one entry of the cache.
//
// It percent-encodes, in upper case, what AWS wants encoded in an invalidation:
// non-ASCII characters and those that RFC 1738 §2.2 calls unsafe. It leaves `~`, and
// encodes three characters more, because they mean something else in a path:
//
//   - `?` begins the query;
//   - `+` is a space to S3;
//   - `*` is a wildcard in the policy of a signed URL.
//
// [InvalidationPath] deals with these four.
//
// Sources: Amazon CloudFront Developer Guide, "What you need to know when
// invalidating files" (invalidation-specifying-objects); RFC 1738 §2.2.
func Path(objectKey string) string {
	const hexDigits = "0123456789ABCDEF"

	var path strings.Builder

	path.Grow(len("/") + len(objectKey))
	path.WriteByte('/')

	for i := range len(objectKey) {
		letter := objectKey[i]
		if encoded(letter) {
			path.Write([]byte{'%', hexDigits[letter>>4], hexDigits[letter&0xF]})
		} else {
			path.WriteByte(letter)
		}
	}

	return path.String()
}

// uncertain are the characters that no invalidation path can spell. CloudFront does
// not support `~` in one, encoded or not; and the others are encoded in [Path] but
// not of the characters that AWS allows to be encoded ("don't URL-encode any other
// characters in the path, or CloudFront won't invalidate").
const uncertain = "~*+?"

// encoded says whether [Path] percent-encodes a byte.
func encoded(letter byte) bool {
	return letter <= ' ' || letter >= 0x7F || strings.IndexByte(`"#%<>[\]^{|}`+"`*+?", letter) >= 0
}

// InvalidationPath is the path of an invalidation that removes every cached object
// whose key begins with prefix: [Folder] of a key, for all that was made of it, or
// what several keys have in common. It ends with the wildcard `*`.
//
// Where prefix contains one of `~`, `*`, `+`, `?`, the path ends before the first of
// them, because CloudFront would not match them. The invalidation then removes more
// from the cache than prefix names; it never removes less. A prefix that ends within
// a character loses the part of it.
//
// A path has at most 4,000 characters; that of the longest key ([MaxBytes]) fits.
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
