package signing

import (
	"strings"

	"triptych/emulator/wildcard"
)

// matches says whether a policy's Resource stands for the request's URL. Both fall
// into protocol, domain, path and query, and a wildcard (* for any characters, ? for
// one) does not reach out of its section, but for those at the end of a section:
// one that ends the path stands for any query too, one that ends the domain for any
// path and query.
func matches(resource string, request Request, query string) bool {
	if resource == "*" {
		return true
	}

	protocol, rest, found := strings.Cut(resource, "://")
	if !found {
		if !strings.HasPrefix(resource, "*") {
			return false
		}

		protocol, rest = "*", resource
	}

	if !wildcard.Match(protocol, request.Scheme) {
		return false
	}

	domain, path, hasPath := strings.Cut(rest, "/")
	if !wildcard.Match(domain, request.Host) {
		return false
	}

	if !hasPath && strings.HasSuffix(domain, "*") {
		return true
	}

	// A ? begins the query or stands for one character: the guide writes the same
	// letter for both, and calls a backslash before it wrong but shows it. Whichever
	// reading fits counts.
	asked := strings.TrimPrefix(request.Path, "/")

	for i := range len(path) {
		if path[i] == '?' && wildcard.Match(strings.TrimSuffix(path[:i], `\`), asked) && wildcard.Match(path[i+1:], query) {
			return true
		}
	}

	return wildcard.Match(path, asked) && (query == "" || strings.HasSuffix(path, "*"))
}
