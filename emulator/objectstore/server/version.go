package server

import (
	"strings"
	"time"
)

// A version id is a ULID: ten characters of time, in milliseconds, and sixteen random
// characters, in Crockford's base 32.
//
// https://github.com/ulid/spec
const (
	crockford     = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	ulidLength    = 26
	ulidTimeChars = 10
	bitsPerChar   = 5
)

// versionTime returns the time that a version id contains.
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

// realVersion returns the version id, or "" for the version id of a bucket without
// versions.
func realVersion(id *string) string {
	if id == nil || *id == "null" {
		return ""
	}

	return *id
}

// unquote removes the quotes of an ETag: headers have them, events do not.
func unquote(etag *string) string {
	if etag == nil {
		return ""
	}

	return strings.Trim(*etag, `"`)
}
