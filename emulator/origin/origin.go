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

// Of returns the source of a request. A browser sends Origin with every request except
// simple reads. It sends Sec-Fetch-Site with reads too, if the address of the server is
// potentially trustworthy, like 127.0.0.1 and localhost.
//
// A simple read by a page on another port of this machine is not foreign, because a
// program on this machine serves that page.
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

// Asked returns the origin that a CORS rule has to allow for this request. For a read
// without an Origin header, this is [Any]. Asked returns false for other requests without
// the header, because no rule can allow them.
func (s Source) Asked(method string) (string, bool) {
	if s.Origin != "" {
		return s.Origin, true
	}

	return Any, read(method)
}

// Preflight reports whether the request is a CORS preflight request. A browser sends such
// a request to find out whether the page's next request is allowed.
//
// https://fetch.spec.whatwg.org/#cors-preflight-request
func Preflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get(originHeader) != "" && r.Header.Get(methodHeader) != ""
}

// sandbox lets a browser display a document, but its scripts do not run and its requests
// have the origin null.
const sandbox = "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'; sandbox"

// Sandbox adds headers to an answer that a browser displays as a document. An uploaded
// object can be a page with a script. The headers prevent the script from using the
// rights of the address that serves the object.
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
