package gateway

import (
	"net/http"
	"net/url"
	"strings"

	"triptych/emulator/iam"
	"triptych/emulator/objectstore/s3wire"
)

// serveS3 verifies the caller, enforces the caller's policy, and streams the body to the
// object store.
func (g *gateway) serveS3(w http.ResponseWriter, r *http.Request, query url.Values, signed *signature) {
	principal, f := g.verify(r, query, signed)
	if f != nil {
		g.config.Log.Warn("request rejected", "service", serviceS3, "accessKey", signed.accessKey, "code", f.s3Code)
		f.writeS3(w, r)

		return
	}

	request, failure := s3wire.Parse(r)
	if failure != nil {
		s3wire.WriteError(w, r, failure)

		return
	}

	if principal.Unrestricted() {
		g.config.S3.ServeHTTP(w, r)

		return
	}

	if denied := g.deniedS3(principal, r, request); denied != "" {
		g.config.Log.Warn("request denied", "service", serviceS3, "reason", denied)
		writeDenied(w, r, denied)

		return
	}

	g.config.S3.ServeHTTP(&hideMissing{ResponseWriter: w, request: r, address: request, mayList: func() string {
		return g.denied(principal, permission{action: listBucket, resource: bucketARN(request.Bucket)})
	}}, r)
}

func writeDenied(w http.ResponseWriter, r *http.Request, reason string) {
	s3wire.WriteError(w, r, &s3wire.Error{Code: accessDenied, Message: reason, Status: http.StatusForbidden})
}

// deniedS3 returns "" if the caller is authorized to make the request. Otherwise it returns
// the text in which AWS explains why the caller is not authorized.
func (g *gateway) deniedS3(principal *iam.Principal, r *http.Request, request *s3wire.Request) string {
	needed, known := permissions(r, request)
	if !known {
		return "User: " + principal.ARN + " is not authorized to perform an S3 operation that the emulator's policies do not support: " +
			r.Method + " with the parameters " + request.Query.Encode()
	}

	for _, one := range needed {
		if denied := g.denied(principal, one); denied != "" {
			return denied
		}
	}

	return ""
}

// denied checks the caller's policy and the policy of a bucket. The resource is the bucket
// or an object in it. The result is "" or AWS's explanation, as in deniedS3.
func (g *gateway) denied(principal *iam.Principal, one permission) string {
	bucket, _, _ := strings.Cut(strings.TrimPrefix(one.resource, bucketARN("")), "/")

	return principal.DeniedAt(g.config.BucketPolicy(bucket), one.action, one.resource, one.attributes...)
}

// hideMissing replaces the answer "no such object" with "access denied" if the caller is not
// authorized to list the bucket. On AWS, such a caller cannot find out which objects exist.
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (Permissions)
type hideMissing struct {
	http.ResponseWriter

	request *http.Request
	address *s3wire.Request
	mayList func() string // "" if the caller may list the bucket, or AWS's explanation
	hidden  bool
}

// WriteHeader implements [http.ResponseWriter].
func (h *hideMissing) WriteHeader(status int) {
	reading := h.request.Method == http.MethodGet || h.request.Method == http.MethodHead
	if status != http.StatusNotFound || !reading || h.address.Key == "" {
		h.ResponseWriter.WriteHeader(status)

		return
	}

	denied := h.mayList()
	if denied == "" {
		h.ResponseWriter.WriteHeader(status)

		return
	}

	h.hidden = true

	header := h.Header()
	for _, name := range []string{"Content-Length", "Content-Type", "X-Amz-Delete-Marker", "X-Amz-Version-Id"} {
		header.Del(name)
	}

	writeDenied(h.ResponseWriter, h.request, denied)
}

// Write implements [http.ResponseWriter]. If WriteHeader has replaced the answer, Write
// drops the body of the original answer.
func (h *hideMissing) Write(body []byte) (int, error) {
	if h.hidden {
		return len(body), nil
	}

	return h.ResponseWriter.Write(body)
}

// Unwrap implements the interface that [http.ResponseController] expects.
func (h *hideMissing) Unwrap() http.ResponseWriter { return h.ResponseWriter }
