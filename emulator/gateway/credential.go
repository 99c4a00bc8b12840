package gateway

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	algorithm = "AWS4-HMAC-SHA256"
	terminal  = "aws4_request"
	serviceS3 = "s3"

	// amzDate and shortDate are the two forms of a signature's time.
	amzDate   = "20060102T150405Z"
	shortDate = "20060102"

	// maxPresigned is AWS's limit on the validity of a presigned URL: 7 days.
	maxPresigned = 7 * 24 * time.Hour

	scopeParts = 4 // date/region/service/aws4_request
)

// signature has the values that a request states about its own signature, in the
// Authorization header or, for a presigned request, in the query.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
type signature struct {
	accessKey string
	date      string // Of the scope: 20060102.
	region    string
	service   string
	signed    []string // Names of the headers that the signature covers, in lower case, as listed.
	value     string   // In hexadecimal.
	time      time.Time
	presigned bool
	expires   time.Duration // Of a presigned request.
}

// scope is the credential scope as it is part of the signed text.
func (s *signature) scope() string {
	return strings.Join([]string{s.date, s.region, s.service, terminal}, "/")
}

// readSignature returns nil for an unsigned request.
func readSignature(r *http.Request, query url.Values) (*signature, *failure) {
	header := r.Header.Get("Authorization")

	switch {
	case query.Has("X-Amz-Algorithm") || query.Has("X-Amz-Credential") || query.Has("X-Amz-Signature"):
		if header != "" {
			return nil, failMultiple
		}

		return readPresigned(query)
	case header != "":
		return readHeader(r, header)
	default:
		return nil, nil // Unsigned.
	}
}

// readHeader parses "AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…".
func readHeader(r *http.Request, header string) (*signature, *failure) {
	rest, found := strings.CutPrefix(header, algorithm+" ")
	if !found {
		return nil, failAlgorithm
	}

	parts := map[string]string{}

	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		parts[name] = value
	}

	when := r.Header.Get("X-Amz-Date")
	if when == "" {
		when = dateHeader(r.Header.Get("Date"))
	}

	s := &signature{signed: strings.Split(parts["SignedHeaders"], ";"), value: parts["Signature"]}

	return s, s.complete(parts["Credential"], when)
}

// dateHeader converts an HTTP date to SigV4's form. It returns "" for text that is not a
// date.
func dateHeader(value string) string {
	if when, err := http.ParseTime(value); err == nil {
		return when.UTC().Format(amzDate)
	}

	return value
}

func readPresigned(query url.Values) (*signature, *failure) {
	if query.Get("X-Amz-Algorithm") != algorithm {
		return nil, failAlgorithm
	}

	seconds, err := strconv.ParseInt(query.Get("X-Amz-Expires"), 10, 32)
	if err != nil || seconds < 0 || time.Duration(seconds)*time.Second > maxPresigned {
		return nil, failIncomplete
	}

	s := &signature{
		signed:    strings.Split(query.Get("X-Amz-SignedHeaders"), ";"),
		value:     query.Get("X-Amz-Signature"),
		presigned: true,
		expires:   time.Duration(seconds) * time.Second,
	}

	return s, s.complete(query.Get("X-Amz-Credential"), query.Get("X-Amz-Date"))
}

// complete parses the credential, "key/20060102/region/service/aws4_request", and the
// time. An access key may contain slashes; the scope may not.
func (s *signature) complete(credential, when string) *failure {
	parts := strings.Split(credential, "/")
	if len(parts) <= scopeParts || parts[len(parts)-1] != terminal {
		return failIncomplete
	}

	scope := parts[len(parts)-scopeParts:]
	s.accessKey = strings.Join(parts[:len(parts)-scopeParts], "/")
	s.date, s.region, s.service = scope[0], scope[1], scope[2]

	moment, err := time.Parse(amzDate, when)
	if err != nil || s.accessKey == "" || s.value == "" || moment.Format(shortDate) != s.date {
		return failIncomplete
	}

	s.time = moment

	return nil
}
