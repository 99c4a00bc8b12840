// Package failure has the errors that reading an image returns: what is wrong with the
// file, as a [Kind] to decide by and a detail for people. Package picture exports the
// same names.
package failure

import (
	"errors"
	"fmt"
)

// Kind is the class of an [Error]. The names are stable: programs may store them.
type Kind string

const (
	// Empty is a file of no bytes.
	Empty Kind = "Empty"
	// NotAnImage is a file whose first bytes match no image format.
	NotAnImage Kind = "NotAnImage"
	// UnsupportedFormat is an image in a format that is not supported, or with a feature
	// that is not supported.
	UnsupportedFormat Kind = "UnsupportedFormat"
	// TooManyPixels is an image that would need more memory than is allowed. Nothing of
	// it was decoded.
	TooManyPixels Kind = "TooManyPixels"
	// TooSlow is an image whose decoding or encoding took longer than is allowed.
	TooSlow Kind = "TooSlow"
	// Truncated is an image whose data ends too early.
	Truncated Kind = "Truncated"
	// Corrupt is an image whose data breaks the rules of its format.
	Corrupt Kind = "Corrupt"
)

// Error is an error in an image.
type Error struct {
	Kind Kind
	// Detail says what is wrong and where, such as "JPEG segment of length 1 at offset
	// 20". It may be empty.
	Detail string
	// Offset is the position in the file, in bytes, to which Detail refers: that of the
	// damaged or unsupported part, or the length of a file that ends too early. If a file
	// points to data beyond its end, Offset is that position. It is [NoOffset] if the
	// error concerns the whole file.
	Offset int64
	// Cause is the error of the library that failed. It may be nil.
	Cause error
}

// NoOffset is the [Error.Offset] of an error that concerns the whole file.
const NoOffset = -1

// New returns an error without an offset, whose detail is formatted as by [fmt.Sprintf].
func New(kind Kind, detail string, args ...any) *Error {
	if len(args) > 0 {
		detail = fmt.Sprintf(detail, args...)
	}

	return &Error{Kind: kind, Detail: detail, Offset: NoOffset}
}

// Wrap is [New] with a cause.
func Wrap(kind Kind, cause error, detail string, args ...any) *Error {
	failure := New(kind, detail, args...)
	failure.Cause = cause

	return failure
}

// At sets the offset, and returns the same error.
func (e *Error) At(offset int64) *Error {
	e.Offset = offset

	return e
}

// Error returns the kind, the detail and the cause.
func (e *Error) Error() string {
	text := string(e.Kind)
	if e.Detail != "" {
		text += ": " + e.Detail
	}

	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}

	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// KindOf returns the kind of the first [Error] in the chain of err, or "".
func KindOf(err error) Kind {
	if failure, ok := errors.AsType[*Error](err); ok {
		return failure.Kind
	}

	return ""
}

// Is reports whether err is an [Error] of this kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }
