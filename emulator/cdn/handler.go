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
	// missingMaxAge is how long a 404 may be believed: a picture that is being
	// processed now must not stay missing. CloudFront's own default for errors is
	// 10 seconds (CloudFront Developer Guide, "Error Caching Minimum TTL").
	missingMaxAge = "public, max-age=5"
)

// maxURLBytes bounds a request's path and query: CloudFront's maximum is 8,192 bytes, an
// edge function's result must be below it, and viewer.js may add one byte.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
// ("Maximum length of a URL").
const maxURLBytes = 8190

// securityHeaders reads the deployed set once.
var securityHeaders = sync.OnceValue(terraform.SecurityHeaders)

// ServeHTTP implements [http.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	setPolicyHeaders(w.Header())

	if len(r.RequestURI) > maxURLBytes {
		refuse(w, http.StatusRequestURITooLong, "no-store", fmt.Sprintf("An address has at most %d bytes.", maxURLBytes))

		return
	}

	r, done := clientbody.Bound(w, r, h.config.BodyIdle)
	defer done()

	behaviour := h.behaviourOf(r)

	if !slices.Contains(behaviour.methods, r.Method) {
		// As CloudFront, which never asks a function about a method that the
		// behaviour has not.
		refuse(w, http.StatusForbidden, "no-store", "This distribution does not answer that method here.")

		return
	}

	if behaviour.signed {
		if refusal := h.checkSignature(r); refusal != nil {
			h.config.Log.InfoContext(r.Context(), "a request was refused", "path", r.URL.Path, "code", refusal.Code, "why", refusal.Why)
			turnAway(w, refusal)

			return
		}
	}

	behaviour.serve(w, r)
}

// refuseHost answers a request that names another host than the distribution's. A path
// that can be no picture's is answered before: it gives nothing away.
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
	key, ok := objectKey(r.URL.Path)
	if !ok {
		refuse(w, http.StatusNotFound, missingMaxAge, "No picture has this address.")

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
	if request.Range != "" && !h.rangeStands(r, key) {
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

	// Content-Length is promised, so a body that ends early cuts the connection:
	// the viewer notices.
	if _, err := io.Copy(w, object.Body); err != nil && r.Context().Err() == nil {
		h.config.Log.WarnContext(r.Context(), "the answer broke off", "key", key, "error", err)
	}
}

// rangeStands says whether the part that is asked for is one of the object that
// the viewer has the other parts of: If-Range (RFC 9110, 13.1.5), which S3 does
// not know.
func (h *Handler) rangeStands(r *http.Request, key string) bool {
	known := r.Header.Get("If-Range")
	if known == "" {
		return true
	}

	object, err := h.config.Variants.Fetch(r.Context(), Request{Key: key, Head: true})

	return err == nil && (known == object.Header.Get("ETag") || known == object.Header.Get("Last-Modified"))
}

// fail answers what was no object.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, key string, err error) {
	var answer *StatusError

	switch {
	case errors.Is(r.Context().Err(), context.Canceled):
		return // Nobody is there to read.
	case !errors.As(err, &answer):
		h.config.Log.ErrorContext(r.Context(), "the origin cannot be reached", "key", key, "error", err)
		refuse(w, http.StatusBadGateway, "no-store", "The pictures cannot be reached at the moment.")
	case answer.Status == http.StatusNotModified:
		h.notModified(w, r, key)
	case answer.Status == http.StatusPreconditionFailed:
		refuse(w, http.StatusPreconditionFailed, "no-store", "This picture is another one by now.")
	case answer.Status == http.StatusRequestedRangeNotSatisfiable:
		if size := answer.Header.Get("Content-Range"); size != "" {
			w.Header().Set("Content-Range", size)
		}

		refuse(w, http.StatusRequestedRangeNotSatisfiable, "no-store", "This picture has no such bytes.")
	case answer.Status == http.StatusNotFound, answer.Status == http.StatusForbidden:
		// 403 is S3's answer about a missing object to a caller without
		// s3:ListBucket, which CloudFront's origin access control has not.
		refuse(w, http.StatusNotFound, missingMaxAge, "No picture has this address.")
	default:
		h.config.Log.ErrorContext(r.Context(), "the origin fails", "key", key, "error", err)
		refuse(w, http.StatusBadGateway, "no-store", "The pictures cannot be reached at the moment.")
	}
}

// notModified answers 304 with what RFC 9110, 15.4.5 demands: the headers that a
// 200 would have, of those that a cache refreshes. S3 leaves some of them out;
// CloudFront has them in its cache, this package asks for them.
func (h *Handler) notModified(w http.ResponseWriter, r *http.Request, key string) {
	object, err := h.config.Variants.Fetch(r.Context(), Request{Key: key, Head: true})
	if err != nil {
		h.fail(w, r, key, err) // Without a condition it is never another 304.

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

// setPolicyHeaders sets what stands on every answer: CloudFront's managed
// policy SimpleCORS, and the security headers that are deployed.
//
// Strict-Transport-Security is left out: a browser ignores it over plain HTTP
// (RFC 6797, 8.1), and there is no TLS on the laptop.
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

// refuse answers an error in plain words.
func refuse(w http.ResponseWriter, status int, caching, reason string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set(cacheControl, caching)
	w.Header().Set("X-Cache", "Error from cloudfront")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, reason) // The viewer has gone: nobody is left to tell.
}
