package signing

import "strings"

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

	if !wildcard(protocol, request.Scheme) {
		return false
	}

	domain, path, hasPath := strings.Cut(rest, "/")
	if !wildcard(domain, request.Host) {
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
		if path[i] == '?' && wildcard(strings.TrimSuffix(path[:i], `\`), asked) && wildcard(path[i+1:], query) {
			return true
		}
	}

	return wildcard(path, asked) && (query == "" || strings.HasSuffix(path, "*"))
}

// wildcard matches * and ?, in time linear in the text for every star.
func wildcard(pattern, text string) bool {
	star, resume := -1, 0
	i, j := 0, 0

	for j < len(text) {
		switch {
		case i < len(pattern) && pattern[i] == '*':
			star, resume = i, j
			i++
		case i < len(pattern) && (pattern[i] == '?' || pattern[i] == text[j]):
			i++
			j++
		case star >= 0:
			resume++
			i, j = star+1, resume
		default:
			return false
		}
	}

	for i < len(pattern) && pattern[i] == '*' {
		i++
	}

	return i == len(pattern)
}
