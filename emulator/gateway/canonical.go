package gateway

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"triptych/shared/percent"
)

// sign computes the signature that the request must have.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
func sign(r *http.Request, query url.Values, s *signature, secretKey, payloadHash string) string {
	canonical := canonicalRequest(r, query, s, payloadHash)
	hash := sha256.Sum256([]byte(canonical))

	text := strings.Join([]string{algorithm, s.time.Format(amzDate), s.scope(), hex.EncodeToString(hash[:])}, "\n")

	key := []byte("AWS4" + secretKey)
	for _, part := range []string{s.date, s.region, s.service, terminal} {
		key = mac(key, part)
	}

	return hex.EncodeToString(mac(key, text))
}

func mac(key []byte, text string) []byte {
	hash := hmac.New(sha256.New, key)
	hash.Write([]byte(text)) // A write to a hash never fails.

	return hash.Sum(nil)
}

func canonicalRequest(r *http.Request, query url.Values, s *signature, payloadHash string) string {
	return strings.Join([]string{
		r.Method,
		canonicalPath(r, s.service),
		canonicalQuery(query),
		canonicalHeaders(r, s.signed),
		strings.Join(s.signed, ";"),
		payloadHash,
	}, "\n")
}

// canonicalPath is the path as the client sent it, encoded once for S3 and twice for
// every other service.
func canonicalPath(r *http.Request, service string) string {
	path := encode(r.URL.Path, true)
	if service != serviceS3 {
		path = encode(path, true)
	}

	if path == "" {
		return "/"
	}

	return path
}

// canonicalQuery sorts the parameters by their encoded names, and then by their encoded
// values. It omits the signature itself.
func canonicalQuery(query url.Values) string {
	type parameter struct{ name, value string }

	var parameters []parameter

	for name, values := range query {
		if name == "X-Amz-Signature" {
			continue
		}

		for _, value := range values {
			parameters = append(parameters, parameter{encode(name, false), encode(value, false)})
		}
	}

	slices.SortFunc(parameters, func(a, b parameter) int {
		if order := strings.Compare(a.name, b.name); order != 0 {
			return order
		}

		return strings.Compare(a.value, b.value)
	})

	texts := make([]string, 0, len(parameters))
	for _, p := range parameters {
		texts = append(texts, p.name+"="+p.value)
	}

	return strings.Join(texts, "&")
}

// canonicalHeaders has one line for each signed header, in the order of the list of
// signed headers.
func canonicalHeaders(r *http.Request, signed []string) string {
	var text strings.Builder

	for _, name := range signed {
		var values []string

		switch name {
		case "host":
			values = []string{r.Host}
		case "content-length":
			values = []string{strconv.FormatInt(r.ContentLength, 10)}
		default:
			values = slices.Clone(r.Header.Values(name))
		}

		for i, value := range values {
			values[i] = strings.Join(strings.Fields(value), " ")
		}

		text.WriteString(name + ":" + strings.Join(values, ",") + "\n")
	}

	return text.String()
}

// encode percent-encodes all characters except RFC 3986's unreserved characters. It keeps
// slashes if keepSlash is true.
func encode(text string, keepSlash bool) string {
	return percent.Encode(text, func(char byte) bool {
		switch {
		case 'A' <= char && char <= 'Z', 'a' <= char && char <= 'z', '0' <= char && char <= '9',
			char == '-', char == '_', char == '.', char == '~', char == '/' && keepSlash:
			return false
		default:
			return true
		}
	})
}
