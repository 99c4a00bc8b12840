package picture

import "triptych/picture/failure"

// Error is an error in an image: its Kind, for decisions; the Offset in the file, in
// bytes, or [NoOffset]; a Detail for people; and the Cause, if a library reported one.
// Every function that reads an image returns it, possibly wrapped, if the image is the
// reason:
//
//	if damage, ok := errors.AsType[*picture.Error](err); ok && damage.Kind == picture.Truncated {
//
// Any other error comes from the context, from a reader, or from a wrong argument.
type Error = failure.Error

// Kind is the class of an [Error]. Its names are stable: programs may store them.
type Kind = failure.Kind

// The kinds of errors.
const (
	// Empty is a file of no bytes.
	Empty = failure.Empty
	// NotAnImage is a file whose first bytes match no image format.
	NotAnImage = failure.NotAnImage
	// UnsupportedFormat is an image in a format that is not supported, or with a feature
	// that is not supported.
	UnsupportedFormat = failure.UnsupportedFormat
	// TooManyPixels is an image that would need more memory than is allowed. Nothing of
	// it was decoded.
	TooManyPixels = failure.TooManyPixels
	// TooSlow is an image that took longer than [Within] allows.
	TooSlow = failure.TooSlow
	// Truncated is an image whose data ends too early.
	Truncated = failure.Truncated
	// Corrupt is an image whose data breaks the rules of its format.
	Corrupt = failure.Corrupt
)

// NoOffset is the Offset of an [Error] that concerns the whole file.
const NoOffset = failure.NoOffset

// KindOf returns the kind of the first [Error] in the chain of err, or "".
func KindOf(err error) Kind { return failure.KindOf(err) }
