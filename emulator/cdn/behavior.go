package cdn

import (
	"net"
	"net/http"
	"net/netip"
	"path"
	"regexp"
	"strconv"
	"strings"

	"triptych/emulator/cdn/edge"
	"triptych/emulator/cdn/signing"
)

// uploadPrefix is the path pattern of the cache behavior for uploads, without its trailing *.
const uploadPrefix = "/-/upload/"

// behavior is a cache behavior: how CloudFront handles the paths of one pattern.
type behavior struct {
	methods []string
	signed  bool
	serve   http.HandlerFunc
}

// behaviorOf selects the behavior for the request's path. In CloudFront the only set of
// methods that contains PUT contains all seven methods. The upload function therefore
// rejects the methods that it does not support.
func (h *Handler) behaviorOf(r *http.Request) behavior {
	if h.only != nil {
		return *h.only
	}

	raw, _ := edge.Target(r)

	if h.config.Uploads != nil && strings.HasPrefix(normal(raw), uploadPrefix) {
		return behavior{
			methods: []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}, signed: true, serve: h.serveUpload,
		}
	}

	return behavior{methods: []string{"GET", "HEAD", "OPTIONS"}, signed: h.config.SignedViewing, serve: h.serveViewer}
}

// unreservedEscape matches the percent-encoded form of RFC 3986's unreserved characters
// (§2.3): A-Z, a-z, 0-9, "-", ".", "_" and "~".
var unreservedEscape = regexp.MustCompile(`%(?:4[1-9A-Fa-f]|5[0-9Aa]|6[1-9A-Fa-f]|7[0-9Aa]|3[0-9]|2[DdEe]|5[Ff]|7[Ee])`)

// normal returns a path in the form that CloudFront compares with patterns: without escapes
// of unreserved characters, without dot segments, and without repeated slashes. The origin
// and the edge functions receive the path as the viewer sent it.
//
// Amazon CloudFront Developer Guide, "Cache behavior settings", path normalization.
func normal(raw string) string {
	raw = unreservedEscape.ReplaceAllStringFunc(raw, func(escape string) string {
		char, _ := strconv.ParseUint(escape[1:], 16, 8) // The expression permits two digits only.

		return string(rune(char))
	})

	cleaned := path.Clean(raw)
	if strings.HasSuffix(raw, "/") && cleaned != "/" {
		cleaned += "/"
	}

	return cleaned
}

// checkSignature checks the request's signature with the trusted keys. It is called before
// the viewer-request function can rewrite the path. No page of AWS states this order. AWS's
// pages say that CloudFront compares the signature with the URL of the request
// (private-content-creating-signed-url-canned-policy). They also say that a function that
// changes the URI does not change the cache behavior or the origin
// (edge-function-restrictions-all). The checklist for the first deployment in
// docs/operations.md tests the order.
func (h *Handler) checkSignature(r *http.Request) *signing.Refusal {
	raw, query := edge.Target(r)

	return signing.Check(signing.Request{
		Scheme: "http", Host: r.Host, Path: raw, RawQuery: query, IP: address(r),
		Cookie: func(name string) string {
			cookie, err := r.Cookie(name)
			if err != nil {
				return ""
			}

			return cookie.Value
		},
	}, h.config.Signers, h.config.Now())
}

// refuseSignature answers a request without a valid signature as CloudFront does.
func refuseSignature(w http.ResponseWriter, refusal *signing.Refusal) {
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set(cacheControl, "no-store")
	w.Header().Set("X-Cache", "Error from cloudfront")
	w.WriteHeader(refusal.Status())
	_, _ = w.Write(refusal.Body()) // An error means that the viewer has disconnected.
}

// address returns the viewer's IP address.
func address(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}

	// For text that is not an address, parsed is the zero address, which is in no network.
	parsed, _ := netip.ParseAddr(host)

	return parsed
}
