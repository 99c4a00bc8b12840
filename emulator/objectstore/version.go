package objectstore

import (
	"strings"
	"time"
)

// A version id is a ULID: ten characters of time, in milliseconds, and sixteen
// of chance, in Crockford's base 32.
//
// https://github.com/ulid/spec
const (
	crockford     = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	ulidLength    = 26
	ulidTimeChars = 10
	bitsPerChar   = 5
)

// versionTime reads the time that a version id holds.
func versionTime(id string) (time.Time, bool) {
	if len(id) != ulidLength {
		return time.Time{}, false
	}

	var millis int64

	for _, char := range id[:ulidTimeChars] {
		digit := strings.IndexRune(crockford, char)
		if digit < 0 {
			return time.Time{}, false
		}

		millis = millis<<bitsPerChar | int64(digit)
	}

	return time.UnixMilli(millis), true
}

// realVersion is the version id, or "" for that of a bucket without versions.
func realVersion(id *string) string {
	if id == nil || *id == "null" {
		return ""
	}

	return *id
}

// unquote takes the quotes off an ETag: headers have them, events don't.
func unquote(etag *string) string {
	if etag == nil {
		return ""
	}

	return strings.Trim(*etag, `"`)
}
