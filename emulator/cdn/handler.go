package cdn

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"triptych/emulator/clientbody"
	"triptych/terraform"
)

const (
	cacheControl  = "Cache-Control"
	allowOrigin   = "Access-Control-Allow-Origin"
	exposeHeaders = "Access-Control-Expose-Headers"
	// missingMaxAge is how long clients may cache a 404. It is short because an image
	// that is being processed now must not stay missing. CloudFront's own default for
	// errors is 10 seconds (CloudFront Developer Guide, "Error Caching Minimum TTL").
	missingMaxAge = "public, max-age=5"
)

// maxURLBytes limits a request's path and query: CloudFront's maximum is 8,192 bytes, an
// edge function's result must be below it, and viewer.js may add one byte.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
// ("Maximum length of a URL").
const maxURLBytes = 8190

// securityHeaders returns the deployed set of headers. It reads the set once.
var securityHeaders = sync.OnceValue(terraform.SecurityHeaders)

// ServeHTTP implements [http.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.headers(w.Header())

	if len(r.RequestURI) > maxURLBytes {
		refuse(w, http.StatusRequestURITooLong, "no-store", fmt.Sprintf("An address has at most %d bytes.", maxURLBytes))

		return
	}

	r, done := clientbody.Bound(w, r, h.config.BodyIdle)
	defer done()

	behavior := h.behaviorOf(r)

	if !slices.Contains(behavior.methods, r.Method) {
		// As CloudFront does, which does not run a function for a method that the
		// behavior does not allow.
		refuse(w, http.StatusForbidden, "no-store", "This distribution does not answer that method here.")

		return
	}

	if behavior.signed {
		if refusal := h.checkSignature(r); refusal != nil {
			h.config.Log.InfoContext(r.Context(), "a request was refused", "path", r.URL.Path, "code", refusal.Code, "why", refusal.Why)
			refuseSignature(w, refusal)

			return
		}
	}

	behavior.serve(w, r)
}

// refuseHost rejects a request with a Host that is not one of the distribution's. A path
// that cannot be an image is rejected before, because that answer reveals nothing.
func (h *Handler) refuseHost(w http.ResponseWriter, r *http.Request) bool {
	if h.config.Hosts.Allow(r) {
		return false
	}

	refuse(w, http.StatusForbidden, "no-store", "This distribution is not reached by this name. Use 127.0.0.1 or localhost with its port; "+
		"`triptych up --allow-host NAME` adds a name.")

	return true
}

// servePicture answers from the variants bucket.
func (h *Handler) servePicture(w http.ResponseWriter, r *http.Request) {
	key, ok := h.key(r.URL.Path)
	if !ok {
		refuse(w, http.StatusNotFound, missingMaxAge, "No image has this address.")

		return
	}

	if h.refuseHost(w, r) {
		return
	}

	if len(r.Header.Get("If-Match")) > maxConditionBytes {
		refuse(w, http.StatusRequestHeaderFieldsTooLarge, "no-store", "The header If-Match is too long.")

		return
	}

	request := fetchRequest(r, key)
	if request.Range != "" && !h.ifRangeMatches(r, key) {
		request.Range = ""
	}

	object, err := h.config.Variants.Fetch(r.Context(), request)
	if err != nil {
		h.fail(w, r, key, err)

		return
	}

	maps.Copy(w.Header(), object.Header)

	w.Header().Set("Accept-Ranges", "bytes")
	w.Header().Set("Content-Length", strconv.FormatInt(object.Bytes, 10))
	w.Header().Set("X-Cache", "Miss from cloudfront")

	status := http.StatusOK
	if object.Header.Get("Content-Range") != "" {
		status = http.StatusPartialContent
	}

	w.WriteHeader(status)

	if object.Body == nil {
		return
	}

	defer object.Body.Close()

	// Content-Length is already sent, so a body that ends early closes the connection,
	// and the viewer sees the error.
	if _, err := io.Copy(w, object.Body); err != nil && r.Context().Err() == nil {
		h.config.Log.WarnContext(r.Context(), "the answer broke off", "key", key, "error", err)
	}
}

// ifRangeMatches reports whether the requested range belongs to the same object as the other
// parts that the viewer has: If-Range (RFC 9110, 13.1.5), which S3 does not support.
func (h *Handler) ifRangeMatches(r *http.Request, key string) bool {
	known := r.Header.Get("If-Range")
	if known == "" {
		return true
	}

	object, err := h.config.Variants.Fetch(r.Context(), Request{Key: key, Head: true})

	return err == nil && (known == object.Header.Get("ETag") || known == object.Header.Get("Last-Modified"))
}

// fail answers a request for which the origin returned no object.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, key string, err error) {
	var answer *StatusError

	switch {
	case errors.Is(r.Context().Err(), context.Canceled):
		return // The viewer has disconnected.
	case !errors.As(err, &answer):
		h.config.Log.ErrorContext(r.Context(), "the origin cannot be reached", "key", key, "error", err)
		refuse(w, http.StatusBadGateway, "no-store", "The images cannot be reached at the moment.")
	case answer.Status == http.StatusNotModified:
		h.notModified(w, r, key)
	case answer.Status == http.StatusPreconditionFailed:
		refuse(w, http.StatusPreconditionFailed, "no-store", "The image at this address has changed.")
	case answer.Status == http.StatusRequestedRangeNotSatisfiable:
		if size := answer.Header.Get("Content-Range"); size != "" {
			w.Header().Set("Content-Range", size)
		}

		refuse(w, http.StatusRequestedRangeNotSatisfiable, "no-store", "The image does not have these bytes.")
	case answer.Status == http.StatusNotFound, answer.Status == http.StatusForbidden:
		// S3 answers 403 for a missing object if the caller does not have s3:ListBucket.
		// CloudFront's origin access control does not have it.
		refuse(w, http.StatusNotFound, missingMaxAge, "No image has this address.")
	default:
		h.config.Log.ErrorContext(r.Context(), "the origin fails", "key", key, "error", err)
		refuse(w, http.StatusBadGateway, "no-store", "The images cannot be reached at the moment.")
	}
}

// notModified answers 304 with the headers that RFC 9110, 15.4.5 requires: those that a
// 200 would have and that a cache updates. S3 omits some of them. CloudFront has them in
// its cache; this package requests them from the origin.
func (h *Handler) notModified(w http.ResponseWriter, r *http.Request, key string) {
	object, err := h.config.Variants.Fetch(r.Context(), Request{Key: key, Head: true})
	if err != nil {
		h.fail(w, r, key, err) // Without a condition the answer cannot be another 304.

		return
	}

	for _, name := range []string{"ETag", "Last-Modified", cacheControl} {
		if value := object.Header.Get(name); value != "" {
			w.Header().Set(name, value)
		}
	}

	w.Header().Set("X-Cache", "Miss from cloudfront")
	w.WriteHeader(http.StatusNotModified)
}

// setPolicyHeaders sets the headers that every answer has: CloudFront's managed policy
// SimpleCORS, and the deployed security headers.
//
// It omits Strict-Transport-Security: a browser ignores it over plain HTTP (RFC 6797,
// 8.1), and the emulator has no TLS.
func setPolicyHeaders(header http.Header) {
	header.Set(allowOrigin, "*")
	header.Set(exposeHeaders, "*")

	for name, value := range securityHeaders() {
		header.Set(name, value)
	}

	id := rand.Text()
	header.Set("Via", "1.1 "+id[:8]+".cloudfront.net (CloudFront)")
	header.Set("X-Amz-Cf-Id", id)
}

// refuse answers with an error as plain text.
func refuse(w http.ResponseWriter, status int, caching, reason string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set(cacheControl, caching)
	w.Header().Set("X-Cache", "Error from cloudfront")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, reason) // An error means that the viewer has disconnected.
}
