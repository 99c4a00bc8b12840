package signing

import (
	"net/netip"
	"strings"
)

// Request is what matters of a viewer's request.
type Request struct {
	Scheme   string // "https"
	Host     string // as the viewer named it, with its port where it named one
	Path     string // as it was sent, percent-encoded
	RawQuery string
	Cookie   func(name string) string // "" where there is none
	IP       netip.Addr
}

// The names of a URL's signature; a cookie's begin with "CloudFront-".
const (
	nameExpires   = "Expires"
	namePolicy    = "Policy"
	nameSignature = "Signature"
	nameKeyPairID = "Key-Pair-Id"
	nameHash      = "Hash-Algorithm"
)

// claims are what a request says of its own signature.
type claims struct {
	expires, policy, signature, keyPairID, hash string
}

// field is where a name's value belongs, or nil.
func (c *claims) field(name string) *string {
	switch name {
	case nameExpires:
		return &c.expires
	case namePolicy:
		return &c.policy
	case nameSignature:
		return &c.signature
	case nameKeyPairID:
		return &c.keyPairID
	case nameHash:
		return &c.hash
	default:
		return nil
	}
}

// read takes the signature out of the query, or else out of the cookies, and
// returns the rest of the query: what CloudFront compares policies with.
func (r Request) read() (found claims, query string) {
	var rest []string

	for parameter := range strings.SplitSeq(r.RawQuery, "&") {
		name, value, _ := strings.Cut(parameter, "=")

		if field := found.field(name); field != nil {
			*field = value
		} else if parameter != "" {
			rest = append(rest, parameter)
		}
	}

	query = strings.Join(rest, "&")

	// Expires may be the viewer's own; the others are not.
	if found.policy != "" || found.signature != "" || found.keyPairID != "" {
		return found, query
	}

	found = claims{}
	for _, name := range []string{nameExpires, namePolicy, nameSignature, nameKeyPairID, nameHash} {
		*found.field(name) = r.Cookie("CloudFront-" + name)
	}

	return found, query
}

// url is the request's URL with what is left of its query.
func (r Request) url(query string) string {
	url := r.Scheme + "://" + r.Host + r.Path
	if query != "" {
		url += "?" + query
	}

	return url
}
