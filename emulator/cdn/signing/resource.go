package signing

import (
	"strings"

	"triptych/emulator/wildcard"
)

// matches reports whether a policy's Resource matches the request's URL. Both have four
// sections: protocol, domain, path and query. A wildcard is * for any characters, or ? for
// one character. A wildcard matches only within its section, with two exceptions: a * at
// the end of the path also matches any query, and a * at the end of a domain without a path
// also matches any path and query.
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

	// CloudFront's guide uses ? for two purposes: as the beginning of the query, and as a
	// wildcard for one character. The guide says that a backslash before a ? is wrong, but
	// one of its examples has a backslash. So the URL matches if one of the readings of the
	// resource matches.
	asked := strings.TrimPrefix(request.Path, "/")

	for i := range len(path) {
		if path[i] == '?' && wildcard.Match(strings.TrimSuffix(path[:i], `\`), asked) && wildcard.Match(path[i+1:], query) {
			return true
		}
	}

	return wildcard.Match(path, asked) && (query == "" || strings.HasSuffix(path, "*"))
}
