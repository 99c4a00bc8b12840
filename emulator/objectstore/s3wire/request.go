package s3wire

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// Request is the address in an S3 request, path-style: /bucket/key?subresource.
type Request struct {
	Method string
	Bucket string // "" only in ListBuckets.
	Key    string // Decoded; "" in an operation on the bucket.
	Query  url.Values
	// Source is the object that a copy reads; nil in any other request.
	Source *Source
}

// Source is the object that the header x-amz-copy-source names.
type Source struct {
	Bucket    string
	Key       string
	VersionID string
}

const copySource = "X-Amz-Copy-Source"

var (
	// validBucket is AWS's rule for bucket names, without its details.
	validBucket = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	// validVersion matches a ULID in Crockford's base 32, which the object store gives
	// its versions, and the version of an object from before versioning.
	validVersion = regexp.MustCompile(`^(?:null|[0-9A-HJKMNP-TV-Z]{26})$`)
	// validUpload matches a UUID, which the object store gives its uploads.
	validUpload = regexp.MustCompile(`^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

// Parse reads the address. It rejects an address that could lead the object store to
// anything but that object's own file: names, version ids and upload ids all become parts
// of paths there. Parse does not check whether the key can be stored; see [CheckKey].
func Parse(r *http.Request) (*Request, *Error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, &Error{Code: "InvalidURI", Message: "Couldn't parse the specified URI.", Status: http.StatusBadRequest}
	}

	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")

	request := &Request{Method: r.Method, Bucket: bucket, Key: key, Query: query}

	if r.URL.Path != "/" && !validBucket.MatchString(bucket) {
		return nil, &Error{Code: "InvalidBucketName", Message: "The specified bucket is not valid.", Status: http.StatusBadRequest}
	}

	for _, version := range query["versionId"] {
		if !validVersion.MatchString(version) {
			return nil, invalid("Invalid version id specified")
		}
	}

	for _, upload := range query["uploadId"] {
		if !validUpload.MatchString(upload) {
			return nil, noSuchUpload()
		}
	}

	failure := request.readSource(r.Header.Values(copySource))

	return request, failure
}

func noSuchUpload() *Error {
	return &Error{
		Code: "NoSuchUpload", Status: http.StatusNotFound,
		Message: "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
	}
}

// readSource parses "bucket/key?versionId=id", URL-encoded, with or without a leading
// slash.
func (r *Request) readSource(headers []string) *Error {
	if len(headers) == 0 {
		return nil
	}

	decoded, err := url.QueryUnescape(strings.TrimPrefix(headers[0], "/"))
	if err != nil || len(headers) > 1 {
		return invalid("Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
	}

	path, version, _ := strings.Cut(decoded, "?versionId=")

	bucket, key, _ := strings.Cut(path, "/")
	if !validBucket.MatchString(bucket) || key == "" {
		return invalid("Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
	}

	if version != "" && !validVersion.MatchString(version) {
		return invalid("Invalid version id specified")
	}

	r.Source = &Source{Bucket: bucket, Key: key, VersionID: version}

	return nil
}

// ValidVersion reports whether id can be the id of a version.
func ValidVersion(id string) bool { return validVersion.MatchString(id) }
