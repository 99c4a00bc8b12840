package gateway

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/clientbody"
	"triptych/emulator/iam"
)

const (
	// maxSkew is the largest difference between the clocks of client and server, as on
	// AWS.
	maxSkew = 15 * time.Minute

	unsignedPayload = "UNSIGNED-PAYLOAD"
	payloadHeader   = "X-Amz-Content-Sha256"
)

// verify returns the caller whose signature the request has.
func (g *gateway) verify(r *http.Request, query url.Values, s *signature) (*iam.Principal, *failure) {
	if f := s.checkTime(g.config.Now()); f != nil {
		return nil, f
	}

	if f := s.checkCoverage(r); f != nil {
		return nil, f
	}

	principal, known := g.config.Principals.Lookup(s.accessKey)
	if !known {
		return nil, failUnknownKey
	}

	// If a header names the hash of the body, verify the signature with it first, so that
	// the body of an unknown caller is not read.
	if given := r.Header.Get(payloadHeader); s.service != serviceS3 && given != "" && !s.matches(r, query, principal, given) {
		return nil, failMismatch
	}

	payloadHash, f := payloadHash(r, s)
	if f != nil {
		return nil, f
	}

	if !s.matches(r, query, principal, payloadHash) {
		return nil, failMismatch
	}

	return principal, nil
}

// matches reports whether the signature is the principal's signature of this request,
// with a body of this hash.
func (s *signature) matches(r *http.Request, query url.Values, principal *iam.Principal, payloadHash string) bool {
	want := sign(r, query, s, principal.SecretKey, payloadHash)

	return subtle.ConstantTimeCompare([]byte(want), []byte(s.value)) == 1
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

// checkCoverage requires that the signature covers the host and every x-amz- header, as
// AWS does. Anyone could have added a header that is not covered.
func (s *signature) checkCoverage(r *http.Request) *failure {
	if !slices.Contains(s.signed, "host") {
		return failUncovered
	}

	for name := range r.Header {
		name = strings.ToLower(name)
		if strings.HasPrefix(name, "x-amz-") && !slices.Contains(s.signed, name) && !s.needsNoSignature(name) {
			return failUncovered
		}
	}

	return nil
}

// needsNoSignature reports whether an x-amz- header needs no signature: the payload hash of a
// presigned request, and the trace.
func (s *signature) needsNoSignature(name string) bool {
	return name == "x-amzn-trace-id" || s.presigned && name == "x-amz-content-sha256"
}

// payloadHash returns the hash of the signed body. S3's bodies are large, so the object
// store compares hash and body while it streams. Every other body is read and compared
// here, and then restored.
func payloadHash(r *http.Request, s *signature) (string, *failure) {
	given := r.Header.Get(payloadHeader)

	if s.service == serviceS3 {
		if s.presigned && (given == "" || !slices.Contains(s.signed, "x-amz-content-sha256")) {
			return unsignedPayload, nil
		}

		return given, nil
	}

	body, f := readBody(r, maxBody(s.service, r))
	if f != nil {
		return "", f
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

// Limits of the JSON services' bodies: the largest body that an operation accepts, and
// several times as much for text, because JSON escapes make text longer. DynamoDB accepts
// 16 MB (BatchWriteItem), Lambda 6 MB (Invoke), and 50 MB of code in base64
// (CreateFunction); none of the others accepts more than 1
// MiB (CreateStateMachine, SendMessageBatch, PutEvents). CloudFront accepts 3,000 paths
// of 4,000 characters.
const (
	maxLambdaBytes = 6<<20 + 1 // One byte more, so that Lambda itself rejects a payload that is too large.
	maxCodeBytes   = 70_167_211 + 1
	maxOtherBytes  = 4 << 20

	// bodyTime is how long the whole body of a JSON request may take.
	bodyTime = 30 * time.Second
)

func maxBody(service string, r *http.Request) int64 {
	switch service {
	case "dynamodb", serviceCloudFront:
		return awsapi.MaxBodyBytes
	case "lambda":
		if path := strings.TrimSuffix(r.URL.Path, "/"); strings.HasSuffix(path, "/functions") || strings.HasSuffix(path, "/code") {
			return maxCodeBytes
		}

		return maxLambdaBytes
	default:
		return maxOtherBytes
	}
}

// readBody reads a body of at most this many bytes. A body whose Content-Length is larger
// is rejected without reading it.
func readBody(r *http.Request, most int64) ([]byte, *failure) {
	if r.ContentLength > most {
		return nil, failTooLarge
	}

	clientbody.Within(r, bodyTime)

	body, err := io.ReadAll(io.LimitReader(r.Body, most+1))

	switch {
	case errors.Is(err, clientbody.ErrSlow):
		return nil, failSlow
	case err != nil:
		return nil, failCutOff
	case int64(len(body)) > most:
		return nil, failTooLarge
	default:
		return body, nil
	}
}
