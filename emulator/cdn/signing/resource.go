package signing

import (
	"strings"

	"triptych/emulator/wildcard"
)

// matches reports whether a policy's Resource matches the request's URL. Both consist of
// protocol, domain, path and query. A wildcard (* for any characters, ? for one
// character) matches within its section only, except at the end of a section: a wildcard
// at the end of the path also matches any query, and one at the end of the domain also
// matches any path and query.
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

	// A ? begins the query or stands for one character. The guide uses the same character
	// for both; it calls a backslash before it wrong but shows one. A match in either
	// reading counts.
	asked := strings.TrimPrefix(request.Path, "/")

	for i := range len(path) {
		if path[i] == '?' && wildcard.Match(strings.TrimSuffix(path[:i], `\`), asked) && wildcard.Match(path[i+1:], query) {
			return true
		}
	}

	return wildcard.Match(path, asked) && (query == "" || strings.HasSuffix(path, "*"))
}
