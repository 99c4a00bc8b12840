package bucketconfig

import (
	"crypto/md5"  //nolint:gosec // S3's checksum, not a protection.
	"crypto/sha1" //nolint:gosec // As above.
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"
	"net/http"
	"strings"

	"triptych/emulator/objectstore/s3wire"
)

// maxBodyBytes limits a configuration. The largest one is a policy of 20 KB, or a lifecycle
// with 1,000 rules.
const maxBodyBytes = 1 << 20

// nvme is the polynomial of CRC64NVME, reversed.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
const nvme = 0x9a6c9329ac4bc9b5

// checksums has the headers with a checksum of the body in base64.
var checksums = map[string]func() hash.Hash{
	"Content-Md5":              md5.New,
	"X-Amz-Checksum-Crc32":     func() hash.Hash { return crc32.NewIEEE() },
	"X-Amz-Checksum-Crc32c":    func() hash.Hash { return crc32.New(crc32.MakeTable(crc32.Castagnoli)) },
	"X-Amz-Checksum-Crc64nvme": func() hash.Hash { return crc64.New(crc64.MakeTable(nvme)) },
	"X-Amz-Checksum-Sha1":      sha1.New,
	"X-Amz-Checksum-Sha256":    sha256.New,
}

// readBody reads the body, and compares it with the hash that was signed and with the
// checksums of the request.
func readBody(r *http.Request) ([]byte, *s3wire.Error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBodyBytes+1))

	switch {
	case err != nil:
		return nil, &s3wire.Error{
			Code: "IncompleteBody", Status: http.StatusBadRequest,
			Message: "You did not provide the number of bytes specified by the Content-Length HTTP header.",
		}
	case len(body) > maxBodyBytes:
		return nil, &s3wire.Error{
			Code: "MaxMessageLengthExceeded", Status: http.StatusBadRequest, Message: "Your request was too big.",
		}
	}

	signed := r.Header.Get("X-Amz-Content-Sha256")
	actual := sha256.Sum256(body)

	switch {
	case signed == "", signed == "UNSIGNED-PAYLOAD", signed == hex.EncodeToString(actual[:]):
	case strings.HasPrefix(signed, "STREAMING-"):
		return nil, notImplemented("a configuration in signed chunks")
	default:
		return nil, &s3wire.Error{
			Code: "XAmzContentSHA256Mismatch", Status: http.StatusBadRequest,
			Message: "The provided 'x-amz-content-sha256' header does not match what was computed.",
		}
	}

	for header, algorithm := range checksums {
		given := r.Header.Get(header)
		if given == "" {
			continue
		}

		sum := algorithm()
		_, _ = sum.Write(body) // A hash never returns an error.

		if given != base64.StdEncoding.EncodeToString(sum.Sum(nil)) {
			return nil, &s3wire.Error{
				Code: "BadDigest", Status: http.StatusBadRequest,
				Message: "The " + header + " you specified did not match the calculated checksum.",
			}
		}
	}

	return body, nil
}
