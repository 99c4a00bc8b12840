package server

import (
	"io"

	"github.com/versity/versitygw/s3err"
)

// wholeBody is the body of an upload. If it ends before all of its bytes have come, Read
// returns S3's error IncompleteBody. Without it, the part that has come would be stored as the
// object: versitygw takes the end of the connection for the end of the body, unless the client
// has sent a checksum.
type wholeBody struct {
	body io.Reader
	left int64
}

// bodyOf returns the body of a request with a length in bytes.
func bodyOf(body io.Reader, length *int64) io.Reader {
	if body == nil || length == nil {
		return body
	}

	return &wholeBody{body: body, left: *length}
}

func (b *wholeBody) Read(into []byte) (int, error) {
	n, err := b.body.Read(into)
	b.left -= int64(n)

	if err != nil && b.left > 0 {
		err = s3err.GetAPIError(s3err.ErrIncompleteBody)
	}

	return n, err
}
