package signing

import (
	"net/netip"
	"strings"
)

// Request has the parts of a viewer's request that a signature depends on.
type Request struct {
	Scheme   string // "https"
	Host     string // as the viewer named it, with the port if the viewer named one
	Path     string // as the viewer sent it, percent-encoded
	RawQuery string
	Cookie   func(name string) string // returns "" if the cookie does not exist
	IP       netip.Addr
}

// Parameter names of a URL's signature. The cookie names begin with "CloudFront-".
const (
	nameExpires   = "Expires"
	namePolicy    = "Policy"
	nameSignature = "Signature"
	nameKeyPairID = "Key-Pair-Id"
	nameHash      = "Hash-Algorithm"
)

// claims are the values that a request states about its own signature.
type claims struct {
	expires, policy, signature, keyPairID, hash string
}

// field returns where the value of a name is stored, or nil.
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

// read takes the signature from the query, otherwise from the cookies. It returns the
// rest of the query, which CloudFront compares with policies.
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

	// The viewer may use Expires for its own purpose. The other names always belong to a
	// signature.
	if found.policy != "" || found.signature != "" || found.keyPairID != "" {
		return found, query
	}

	found = claims{}
	for _, name := range []string{nameExpires, namePolicy, nameSignature, nameKeyPairID, nameHash} {
		*found.field(name) = r.Cookie("CloudFront-" + name)
	}

	return found, query
}

// url is the request's URL with the rest of its query.
func (r Request) url(query string) string {
	url := r.Scheme + "://" + r.Host + r.Path
	if query != "" {
		url += "?" + query
	}

	return url
}
