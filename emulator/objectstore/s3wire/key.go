package s3wire

import (
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"
)

const (
	// MaxKeyBytes is S3's bound on a key
	// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html).
	MaxKeyBytes = 1024
	// MaxComponentBytes is what the file systems of Linux and macOS allow for
	// one name in a path.
	MaxComponentBytes = 255

	// reserved is the folder in which the object store keeps what isn't an
	// object yet.
	reserved = ".sgwtmp"
)

// CheckKey returns an error for a key that cannot stand as a file under its own
// name. To S3 a key is any text; the laptop refuses what it cannot hold rather
// than store it under another name.
func CheckKey(key string) *Error {
	if len(key) > MaxKeyBytes {
		return &Error{
			Code: "KeyTooLongError", Status: http.StatusBadRequest,
			Message: fmt.Sprintf("Your key is too long: it has %d bytes, S3 allows %d", len(key), MaxKeyBytes),
		}
	}

	if !utf8.ValidString(key) || strings.ContainsRune(key, 0) {
		return invalid("the laptop's S3 keeps objects as files and cannot hold a key that is not UTF-8 or has a NUL")
	}

	components := strings.Split(key, "/")
	if components[0] == reserved {
		return invalid("the laptop's S3 keeps its own files under " + reserved + "/ and cannot hold a key that begins so")
	}

	for _, component := range components {
		switch {
		case component == "" || component == "." || component == "..":
			return invalid("the laptop's S3 keeps objects as files and cannot hold a key with an empty, `.` or `..` component")
		case len(component) > MaxComponentBytes:
			return &Error{
				Code: "KeyTooLongError", Status: http.StatusBadRequest,
				Message: fmt.Sprintf("Your key is too long: the laptop's S3 keeps objects as files and cannot hold a component of %d bytes, only %d",
					len(component), MaxComponentBytes),
			}
		}
	}

	return nil
}

func invalid(message string) *Error {
	return &Error{Code: "InvalidArgument", Message: message, Status: http.StatusBadRequest}
}
