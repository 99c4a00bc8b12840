// Package errorcode defines the error codes of uploads, in one table.
//
// A [Code] is the error name that Step Functions sees. The Retry and Catch fields of the
// state machine match on it; a test compares them with this table. Programs check the
// code of an error, never its text.
package errorcode

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"triptych/picture/failure"
)

// Code is the name of an error as it appears in ErrorEquals, such as "NotAnImage".
type Code string

// Kind says how the state machine handles an error.
type Kind int

const (
	// Terminal errors are caused by the upload, so a retry does not help. The execution
	// succeeds and the ledger says REJECTED.
	Terminal Kind = iota + 1
	// Outcome errors are not failures: another execution did the work, or the work is no
	// longer wanted. The execution succeeds.
	Outcome
	// Retryable errors are temporary: throttling, conflicts, timeouts of a service.
	Retryable
)

// The codes. [All] explains each of them.
const (
	NotAnImage        Code = "NotAnImage"
	UnsupportedFormat Code = "UnsupportedFormat"
	TooManyBytes      Code = "TooManyBytes"
	TooManyPixels     Code = "TooManyPixels"
	TooManyFrames     Code = "TooManyFrames"
	TooSlow           Code = "TooSlow"
	Truncated         Code = "Truncated"
	Corrupt           Code = "Corrupt"
	Empty             Code = "Empty"
	BadKey            Code = "BadKey"
	// Archived and EncryptedByCustomer are for originals that S3 does not return.
	Archived            Code = "Archived"
	EncryptedByCustomer Code = "EncryptedByCustomer"

	AlreadyDone Code = "AlreadyDone"
	Superseded  Code = "Superseded"

	Transient Code = "Transient"
	// PurgePending means that the CDN's invalidation for this erasure has not been
	// created yet. Several erasures share an invalidation.
	PurgePending Code = "PurgePending"
)

// Entry is a row of the table of error codes.
type Entry struct {
	Code Code
	Kind Kind
	// Uploader is the sentence for the person who uploaded the photo.
	Uploader string
	// Operator is the sentence for the person who runs the pipeline.
	Operator string
}

// All returns the table of error codes, terminal ones first.
func All() []Entry {
	return []Entry{
		{
			NotAnImage, Terminal,
			"This file is not an image.",
			"The first bytes match no image format; the name and the Content-Type are not considered.",
		},
		{
			UnsupportedFormat, Terminal,
			"Photos in this format are not accepted.",
			"The pipeline recognizes the format and does not support it.",
		},
		{
			TooManyBytes, Terminal,
			"This file is too large.",
			"The object is larger than the recipe's limits.maxBytes.",
		},
		{
			TooManyPixels, Terminal,
			"This photo has too many pixels.",
			"The size in the header exceeds the recipe's limits.maxPixels, maxWidth or maxHeight, or decoding would take more memory than the function has; nothing was decoded.",
		},
		{
			TooManyFrames, Terminal,
			"This animation has too many frames.",
			"The file has more frames than the recipe's limits.maxFrames.",
		},
		{
			TooSlow, Terminal,
			"This photo takes too long to process.",
			"Making the master or a variant took longer than the recipe's limits.maxSeconds.",
		},
		{
			Truncated, Terminal,
			"This photo is incomplete: part of the file is missing.",
			"The data ends earlier than the format permits. The upload or the source file was cut off.",
		},
		{
			Corrupt, Terminal,
			"This photo is damaged and cannot be read.",
			"The data breaks the format's rules; the detail says where.",
		},
		{
			Empty, Terminal,
			"This file is empty.",
			"The object has no bytes.",
		},
		{
			BadKey, Terminal,
			"This name cannot be used for a photo.",
			"A component of the key is empty, `-`, `.` or `..`, or the key is too long for the suffixes of its variants.",
		},
		{
			Archived, Terminal,
			"This photo is archived and cannot be read.",
			"The original is in the storage class GLACIER or DEEP_ARCHIVE, or in an archive tier: restore it, then upload it again or replay it by name.",
		},
		{
			EncryptedByCustomer, Terminal,
			"This photo is encrypted with a key of its owner and cannot be read.",
			"The original was uploaded with SSE-C, a key that only the client has: upload it without SSE-C; SSE-S3 and SSE-KMS are supported.",
		},
		{
			AlreadyDone, Outcome,
			"This photo has been processed already.",
			"The event was delivered twice: the upload is finished, or another execution is processing it.",
		},
		{
			Superseded, Outcome,
			"A newer photo has replaced this one.",
			"A newer upload or a deletion of the same key came first, or the version no longer exists.",
		},
		{
			Transient, Retryable,
			"Processing is delayed.",
			"A service throttled the call, reported a conflict, or timed out; the step is retried.",
		},
		{
			PurgePending, Retryable,
			"The photo is erased, and is about to be removed from caches.",
			"The CDN's invalidation waits for its turn, or for CloudFront, which processes 15 wildcards at a time; the step is retried for days.",
		},
	}
}

// Find returns the table's entry for a code.
func Find(code Code) (Entry, bool) {
	for _, entry := range All() {
		if entry.Code == code {
			return entry, true
		}
	}

	return Entry{}, false
}

// Public returns the code as the ledger and --json show it: "NotAnImage" is
// "NOT_AN_IMAGE".
func (c Code) Public() string {
	var public strings.Builder

	for i, letter := range string(c) {
		if i > 0 && unicode.IsUpper(letter) {
			public.WriteByte('_')
		}

		public.WriteRune(unicode.ToUpper(letter))
	}

	return public.String()
}

// Error is an error with a code.
type Error struct {
	Code Code
	// Reason is a sentence for the uploader.
	Reason string
	// Cause is only for the operator; it may be nil.
	Cause error
}

// New returns an error with a code. Its reason is the table's sentence for the uploader. A detail is
// appended in parentheses if there is one: "This photo is damaged and cannot be read.
// (JPEG segment of length 1 at offset 20)".
func New(code Code, detail string, args ...any) *Error {
	entry, _ := Find(code)

	reason := entry.Uploader
	if detail = fmt.Sprintf(detail, args...); detail != "" {
		reason += " (" + detail + ")"
	}

	return &Error{Code: code, Reason: reason}
}

// Wrap is [New] with a cause. The cause is logged and never shown to an uploader.
func Wrap(code Code, cause error, detail string, args ...any) *Error {
	coded := New(code, detail, args...)
	coded.Cause = cause

	return coded
}

// Error returns the code, the reason and the cause.
func (e *Error) Error() string {
	if e.Cause == nil {
		return fmt.Sprintf("%s: %s", e.Code, e.Reason)
	}

	return fmt.Sprintf("%s: %s: %v", e.Code, e.Reason, e.Cause)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Of returns the first error with a code in the chain of err. If err has only an error of
// package picture, Of converts it: its kind becomes the code.
func Of(err error) (*Error, bool) {
	if coded, ok := errors.AsType[*Error](err); ok {
		return coded, true
	}

	if image, ok := errors.AsType[*failure.Error](err); ok {
		return Wrap(Code(image.Kind), image.Cause, "%s", image.Detail), true
	}

	return nil, false
}

// CodeOf returns the first code in the chain of err, or "".
func CodeOf(err error) Code {
	if coded, ok := Of(err); ok {
		return coded.Code
	}

	return ""
}

// Is reports whether err has this code.
func Is(err error, code Code) bool { return err != nil && CodeOf(err) == code }
