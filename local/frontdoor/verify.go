package frontdoor

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"triptych/local/awsapi"
	"triptych/local/iam"
)

const (
	// maxSkew is by how much a client's clock may be off, as on AWS.
	maxSkew = 15 * time.Minute

	unsignedPayload = "UNSIGNED-PAYLOAD"
	payloadHeader   = "X-Amz-Content-Sha256"
)

// verify returns the caller whose signature the request carries.
func (d *door) verify(r *http.Request, query url.Values, s *signature) (*iam.Principal, *failure) {
	if f := s.checkTime(d.config.Now()); f != nil {
		return nil, f
	}

	if f := s.checkCoverage(r); f != nil {
		return nil, f
	}

	principal, known := d.config.Principals.Lookup(s.accessKey)
	if !known {
		return nil, failUnknownKey
	}

	payloadHash, f := payloadHash(r, s)
	if f != nil {
		return nil, f
	}

	want := sign(r, query, s, principal.SecretKey, payloadHash)
	if subtle.ConstantTimeCompare([]byte(want), []byte(s.value)) != 1 {
		return nil, failMismatch
	}

	return principal, nil
}

func (s *signature) checkTime(now time.Time) *failure {
	switch {
	case s.time.After(now.Add(maxSkew)):
		return failSkewed
	case s.presigned && now.After(s.time.Add(s.expires)):
		return failExpired
	case !s.presigned && now.After(s.time.Add(maxSkew)):
		return failSkewed
	default:
		return nil
	}
}

// checkCoverage wants the signature to cover the host and every x-amz- header,
// as AWS does: one that isn't covered could have been added by anyone.
func (s *signature) checkCoverage(r *http.Request) *failure {
	if !slices.Contains(s.signed, "host") {
		return failUncovered
	}

	for name := range r.Header {
		name = strings.ToLower(name)
		if strings.HasPrefix(name, "x-amz-") && !slices.Contains(s.signed, name) && !s.free(name) {
			return failUncovered
		}
	}

	return nil
}

// free tells which x-amz- headers need no signature: what a presigned request
// says of its body, and the trace.
func (s *signature) free(name string) bool {
	return name == "x-amzn-trace-id" || s.presigned && name == "x-amz-content-sha256"
}

// payloadHash is the hash of the body that was signed. S3's bodies are large:
// the object store compares hash and body as they stream. Every other body is
// read here, compared, and put back.
func payloadHash(r *http.Request, s *signature) (string, *failure) {
	given := r.Header.Get(payloadHeader)

	if s.service == serviceS3 {
		if s.presigned && (given == "" || !slices.Contains(s.signed, "x-amz-content-sha256")) {
			return unsignedPayload, nil
		}

		return given, nil
	}

	body, err := io.ReadAll(io.LimitReader(r.Body, awsapi.MaxBodyBytes+1))
	if err != nil {
		return "", failIncomplete
	}

	if len(body) > awsapi.MaxBodyBytes {
		return "", failTooLarge
	}

	r.Body = io.NopCloser(bytes.NewReader(body))

	hash := sha256.Sum256(body)
	actual := hex.EncodeToString(hash[:])

	switch given {
	case "", actual:
		return actual, nil
	case unsignedPayload:
		return unsignedPayload, nil
	default:
		return "", failBody
	}
}
