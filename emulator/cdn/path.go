package cdn

import (
	"net/http"
	"regexp"
	"strings"
	"time"

	"triptych/shared/keys"
)

// fold is the component that stands between an original's key and what was made
// of it (package keys): what has none is no public path.
const fold = "/-/"

// objectKey is the key that a path names, or false where no object of Triptych
// can have it. decoded is the path after the one decoding that net/http does.
func objectKey(decoded string) (string, bool) {
	key, rooted := strings.CutPrefix(decoded, "/")
	if !rooted {
		return "", false // OPTIONS *, or a proxy's absolute form without a path.
	}

	original, rest, found := strings.Cut(key, fold)
	if !found || keys.Validate(original) != nil || strings.ContainsRune(key, 0) {
		return "", false
	}

	// Below the fold the same components are impossible: a variant's name has
	// neither dots nor slashes.
	if keys.Validate(rest) != nil {
		return "", false
	}

	return key, true
}

// oneRange is a single byte range (RFC 9110, 14.1.2).
var oneRange = regexp.MustCompile(`^bytes=(\d+-\d*|-\d+)$`)

// maxConditionBytes bounds a header that names ETags. An ETag of S3's has at most 38
// bytes; a longer list is none of a browser's, and S3 takes no more than 8 KB of headers.
const maxConditionBytes = 1024

// fetchRequest reads the headers that matter to the origin. A Range that is
// malformed, or that asks for several parts, is ignored, which RFC 9110, 14.2
// allows and S3 does.
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

// bounded ignores a header's value that is too long: without its condition, and without
// its range, the whole object is the answer (RFC 9110, 13.1.2 and 14.2).
func bounded(value string) string {
	if len(value) > maxConditionBytes {
		return ""
	}

	return value
}

// date reads a header's date; one that is no date is no condition
// (RFC 9110, 13.1.3).
func date(r *http.Request, name string) time.Time {
	parsed, err := http.ParseTime(r.Header.Get(name))
	if err != nil {
		return time.Time{}
	}

	return parsed
}
