package origin

import (
	"net/http"
	"strings"
)

const (
	originHeader = "Origin"
	siteHeader   = "Sec-Fetch-Site"
	destHeader   = "Sec-Fetch-Dest"
	methodHeader = "Access-Control-Request-Method"

	sameOrigin = "same-origin"
	sameSite   = "same-site"
	userMade   = "none" // Sec-Fetch-Site for an address that the user typed, or a bookmark

	// Any is an origin that a rule allows only if the rule allows every origin.
	Any = "https://any.invalid"
)

// Source describes where a request comes from.
type Source struct {
	// Origin is the page's origin, as the browser sent it; "" if the browser sent none.
	Origin string
	// Foreign reports that a page of another address made the request.
	Foreign bool
}

// Of returns the source of a request. A browser sends Origin with everything but simple
// reads. It sends Sec-Fetch-Site also with reads, if the address is trustworthy, as
// 127.0.0.1 and localhost are.
//
// A simple read by a page on another port of this machine is not foreign: that page is a
// program of this machine.
func Of(r *http.Request) Source {
	site := r.Header.Get(siteHeader)

	source := Source{Origin: strings.Join(r.Header.Values(originHeader), ", ")}
	if source.Origin != "" {
		source.Foreign = !own(r, source.Origin) || site != "" && site != sameOrigin

		return source
	}

	switch site {
	case "", userMade, sameOrigin:
	case sameSite:
		source.Foreign = !read(r.Method)
	default:
		source.Foreign = true
	}

	return source
}

// Asked returns the origin that a rule for cross-origin requests has to allow. Without an
// Origin header this is [Any], and for reads only. Asked returns false if no rule can
// allow the request.
func (s Source) Asked(method string) (string, bool) {
	if s.Origin != "" {
		return s.Origin, true
	}

	return Any, read(method)
}

// Preflight reports whether the request is a browser's question whether the page's next
// request is allowed.
//
// https://fetch.spec.whatwg.org/#cors-preflight-request
func Preflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get(originHeader) != "" && r.Header.Get(methodHeader) != ""
}

// sandbox lets a browser display a document, but its scripts do not run and its requests
// have the origin null.
const sandbox = "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'; sandbox"

// Sandbox prevents an answer that a browser displays as a document from acting with the
// rights of the port's own address. An object can be a page with a script in it, no
// matter who uploaded it.
func Sandbox(header http.Header, r *http.Request) {
	switch r.Header.Get(destHeader) {
	case "document", "iframe", "frame", "embed", "object":
		header.Set("Content-Security-Policy", sandbox)
		header.Set("X-Content-Type-Options", "nosniff")
	}
}

func own(r *http.Request, origin string) bool {
	return strings.EqualFold(origin, "http://"+r.Host) || strings.EqualFold(origin, "https://"+r.Host)
}

func read(method string) bool { return method == http.MethodGet || method == http.MethodHead }
