package cdn

import (
	"net"
	"net/http"
	"net/netip"
	"path"
	"strings"

	"triptych/emulator/cdn/edge"
	"triptych/emulator/cdn/signing"
)

// uploadPrefix is the path pattern of the second behavior, without its trailing star.
const uploadPrefix = "/-/upload/"

// behavior is a cache behavior: how CloudFront handles the paths of one pattern.
type behavior struct {
	methods []string
	signed  bool
	serve   http.HandlerFunc
}

// behaviorOf selects the behavior for the request's path. CloudFront offers no set of
// methods that has PUT and not the others, so the upload function rejects the others.
func (h *Handler) behaviorOf(r *http.Request) behavior {
	raw, _ := edge.Target(r)

	if h.config.Uploads != nil && strings.HasPrefix(normal(raw), uploadPrefix) {
		return behavior{
			methods: []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}, signed: true, serve: h.serveUpload,
		}
	}

	return behavior{methods: []string{"GET", "HEAD", "OPTIONS"}, signed: h.config.SignedViewing, serve: h.serveViewer}
}

// normal returns a path in the form that CloudFront compares with patterns: without
// escapes of unreserved characters, without dot segments and repeated slashes. The origin
// and the edge functions receive the path as the viewer sent it.
//
// Amazon CloudFront Developer Guide, "Cache behavior settings", path normalization.
func normal(raw string) string {
	for _, escape := range []string{"%2D", "%2d", "%2E", "%2e"} { // The unreserved characters, other than letters, that can hide the pattern or a dot segment.
		raw = strings.ReplaceAll(raw, escape, map[byte]string{'D': "-", 'd': "-", 'E': ".", 'e': "."}[escape[2]])
	}

	cleaned := path.Clean(raw)
	if strings.HasSuffix(raw, "/") && cleaned != "/" {
		cleaned += "/"
	}

	return cleaned
}

// checkSignature checks the request's signature against the trusted keys, before the
// viewer-request function can rewrite the path. No page of AWS states this order. AWS's
// pages say that CloudFront compares the signature with the URL of the request
// (private-content-creating-signed-url-canned-policy), and that a function which changes
// the URI changes neither cache behavior nor origin (edge-function-restrictions-all). The
// first deploy's checklist in docs/operations.md proves it.
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

	parsed, _ := netip.ParseAddr(host) // The zero address, for text that is not an address, is in no network.

	return parsed
}
