package inflate

import (
	"fmt"

	"triptych/picture/failure"
)

// corrupt ends the stream with the error that it breaks a rule.
func (r *Reader) corrupt(detail string, args ...any) {
	at := r.offset()

	r.stage = atEnd
	r.err = failure.New(failure.Corrupt, "zlib: %s, near byte %d of the compressed data",
		fmt.Sprintf(detail, args...), at).At(at)
}

// truncated ends the stream with the error that the source ends first.
func (r *Reader) truncated() {
	at := r.before + int64(r.pos)

	r.stage = atEnd
	r.err = failure.New(failure.Truncated, "zlib: the compressed data ends at byte %d", at).At(at)
}
