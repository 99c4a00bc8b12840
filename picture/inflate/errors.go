package inflate

import (
	"fmt"

	"triptych/picture/failure"
)

// The failures have the offset in the compressed data, in all parts together, but not in
// their text: the caller knows the offset in the file.

// corrupt ends the stream with the error that it breaks a rule.
func (r *Reader) corrupt(detail string, args ...any) {
	r.stage = atEnd
	r.err = failure.New(failure.Corrupt, "zlib: %s", fmt.Sprintf(detail, args...)).At(r.offset())
}

// truncated ends the stream with the error that the source ends first.
func (r *Reader) truncated() {
	r.stage = atEnd
	r.err = failure.New(failure.Truncated, "zlib: the compressed data ends too early").At(r.before + int64(r.pos))
}
