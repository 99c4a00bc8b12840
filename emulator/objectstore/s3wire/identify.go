package s3wire

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
)

// Headers that identify an answer of S3. Every answer has each of them once.
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html
const (
	headerRequestID = "X-Amz-Request-Id"
	headerHostID    = "X-Amz-Id-2"
)

const (
	requestIDLength = 16 // characters
	hostIDLength    = 56 // bytes, before base64
)

// Identify gives an answer its request ID and host ID. Identify keeps an ID that is
// already there, and the first one of several.
func Identify(header http.Header) {
	identify(header, headerRequestID, func() string { return rand.Text()[:requestIDLength] })
	identify(header, headerHostID, func() string {
		random := make([]byte, hostIDLength)
		_, _ = rand.Read(random) // crypto/rand.Read never fails.

		return base64.StdEncoding.EncodeToString(random)
	})
}

func identify(header http.Header, name string, generate func() string) {
	id := header.Get(name)
	if id == "" {
		id = generate()
	}

	header.Set(name, id)
}
