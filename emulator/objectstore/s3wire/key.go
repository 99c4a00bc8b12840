package s3wire

import (
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"
)

const (
	// MaxKeyBytes is S3's limit on the length of a key
	// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html).
	MaxKeyBytes = 1024
	// MaxComponentBytes is the limit of the file systems of Linux and macOS on one name
	// in a path.
	MaxComponentBytes = 255

	// reserved is the folder in which the object store keeps incomplete objects.
	reserved = ".sgwtmp"
)

// CheckKey returns an error for a key that cannot be the path of a file. S3 accepts any
// text as a key. The emulator rejects a key that it cannot store, instead of storing the
// object under another name.
func CheckKey(key string) *Error {
	if len(key) > MaxKeyBytes {
		return &Error{
			Code: "KeyTooLongError", Status: http.StatusBadRequest,
			Message: fmt.Sprintf("Your key is too long: it has %d bytes, S3 allows %d", len(key), MaxKeyBytes),
		}
	}

	if !utf8.ValidString(key) || strings.ContainsRune(key, 0) {
		return invalid("the emulator's S3 stores objects as files and cannot store a key that is not UTF-8 or has a NUL")
	}

	components := strings.Split(key, "/")
	if components[0] == reserved {
		return invalid("the emulator's S3 stores its own files under " + reserved + "/ and cannot store a key with this prefix")
	}

	for _, component := range components {
		switch {
		case component == "" || component == "." || component == "..":
			return invalid("the emulator's S3 stores objects as files and cannot store a key with an empty, `.` or `..` component")
		case len(component) > MaxComponentBytes:
			return &Error{
				Code: "KeyTooLongError", Status: http.StatusBadRequest,
				Message: fmt.Sprintf("Your key is too long: the emulator's S3 stores objects as files and cannot store a path component of %d bytes (at most %d)",
					len(component), MaxComponentBytes),
			}
		}
	}

	return nil
}

func invalid(message string) *Error {
	return &Error{Code: "InvalidArgument", Message: message, Status: http.StatusBadRequest}
}
