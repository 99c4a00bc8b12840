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

// uploadPrefix is the path pattern of the second behaviour, without its star.
const uploadPrefix = "/-/upload/"

// behaviour is a cache behaviour: what CloudFront does with paths of one pattern.
type behaviour struct {
	methods []string
	signed  bool
	serve   http.HandlerFunc
}

// behaviourOf chooses by the path. CloudFront offers no set of methods that has PUT
// and not the others: the upload function refuses those.
func (h *Handler) behaviourOf(r *http.Request) behaviour {
	raw, _ := edge.Target(r)

	if h.config.Uploads != nil && strings.HasPrefix(normal(raw), uploadPrefix) {
		return behaviour{
			methods: []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}, signed: true, serve: h.serveUpload,
		}
	}

	return behaviour{methods: []string{"GET", "HEAD", "OPTIONS"}, signed: h.config.SignedViewing, serve: h.serveViewer}
}

// normal is a path as CloudFront compares it with patterns: without escapes that
// stand for unreserved characters, dot segments and repeated slashes. The origin, and
// the edge functions, get it as it came.
//
// Amazon CloudFront Developer Guide, "Cache behavior settings", path normalization.
func normal(raw string) string {
	for _, escape := range []string{"%2D", "%2d", "%2E", "%2e"} { // All that the pattern, or a dot segment, could hide behind but for letters.
		raw = strings.ReplaceAll(raw, escape, map[byte]string{'D': "-", 'd': "-", 'E': ".", 'e': "."}[escape[2]])
	}

	cleaned := path.Clean(raw)
	if strings.HasSuffix(raw, "/") && cleaned != "/" {
		cleaned += "/"
	}

	return cleaned
}

// checkSignature holds the request against the trusted keys, before the viewer-request
// function may rewrite the path. No page of AWS states this order. AWS's pages say that
// CloudFront compares the signature with the URL of the request
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

// turnAway answers as CloudFront does where a signature does not hold.
func turnAway(w http.ResponseWriter, refusal *signing.Refusal) {
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set(cacheControl, "no-store")
	w.Header().Set("X-Cache", "Error from cloudfront")
	w.WriteHeader(refusal.Status())
	_, _ = w.Write(refusal.Body()) // The viewer has gone: nobody is left to tell.
}

// address is the viewer's.
func address(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}

	parsed, _ := netip.ParseAddr(host) // What is no address is in no network.

	return parsed
}
