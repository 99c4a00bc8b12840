package cdn

import (
	"net/http"
	"regexp"
	"strings"
	"time"

	"triptych/shared/keys"
)

// separator is the component that separates an original's key from the names of its variants
// (package keys). A path without it is not public.
const separator = "/-/"

// objectKey returns the key that a path names, or false if Triptych cannot have an object
// with that key. decoded is the path after the one decoding that net/http does.
func objectKey(decoded string) (string, bool) {
	key, rooted := strings.CutPrefix(decoded, "/")
	if !rooted {
		return "", false // OPTIONS *, or the absolute form for proxies without a path.
	}

	original, rest, found := strings.Cut(key, separator)
	if !found || keys.Validate(original) != nil || strings.ContainsRune(key, 0) {
		return "", false
	}

	// The rules for components are the same after the separator: a variant's name has
	// neither dots nor slashes.
	if keys.Validate(rest) != nil {
		return "", false
	}

	return key, true
}

// oneRange matches a single byte range (RFC 9110, 14.1.2).
var oneRange = regexp.MustCompile(`^bytes=(\d+-\d*|-\d+)$`)

// maxConditionBytes limits a header that lists ETags. An ETag from S3 has at most 38
// bytes. Browsers do not send a longer list, and S3 accepts at most 8 KB of headers.
const maxConditionBytes = 1024

// fetchRequest reads the headers that matter to the origin. It ignores a Range that is
// malformed or has several parts, which RFC 9110, 14.2 allows and S3 does too.
func fetchRequest(r *http.Request, key string) Request {
	request := Request{
		Key:               key,
		Head:              r.Method == http.MethodHead,
		IfMatch:           r.Header.Get("If-Match"),
		IfNoneMatch:       bounded(r.Header.Get("If-None-Match")),
		IfModifiedSince:   date(r, "If-Modified-Since"),
		IfUnmodifiedSince: date(r, "If-Unmodified-Since"),
	}

	if asked := bounded(r.Header.Get("Range")); oneRange.MatchString(asked) {
		request.Range = asked
	}

	return request
}

// bounded returns "" for a header value that is too long. Without the condition and
// without the range, the answer is the whole object (RFC 9110, 13.1.2 and 14.2).
func bounded(value string) string {
	if len(value) > maxConditionBytes {
		return ""
	}

	return value
}

// date parses a date header. A value that is not a date sets no condition (RFC 9110,
// 13.1.3).
func date(r *http.Request, name string) time.Time {
	parsed, err := http.ParseTime(r.Header.Get(name))
	if err != nil {
		return time.Time{}
	}

	return parsed
}
