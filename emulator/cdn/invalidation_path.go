package cdn

import (
	"regexp"
	"strings"
)

// Characters of an invalidation path. An escape represents a byte that AWS requires to be
// encoded: control characters, non-ASCII characters, and the unsafe characters of RFC
// 1738 (§2.2) except `~`.
var (
	pathLiterals = regexp.MustCompile(`^[A-Za-z0-9$_.!'(),;/:@&=%-]*$`)
	pathEscapes  = regexp.MustCompile(`%(?:[01][0-9A-F]|2[0235]|3[CE]|5[BCDE]|60|7[BCDF]|[89A-F][0-9A-F])`)
)

// refusedPath returns why an invalidation path is not accepted; "" means that it is
// accepted.
//
// CloudFront rejects some paths, and accepts others that match no cached object. This
// function rejects both, because an erasure that removes nothing from the cache must not
// look like one that does. The edge functions determine the spelling of the objects in
// this distribution's cache, so a path with another spelling matches none of them.
//
// Amazon CloudFront Developer Guide, "What you need to know when invalidating files": a
// path begins with a slash; it has at most 4,000 characters; `~` is not supported,
// encoded or not; non-ASCII and unsafe characters are encoded, and no others; `*` is a
// wildcard at the end only.
func refusedPath(path string) string {
	rest, rooted := strings.CutPrefix(path, "/")
	rest, _ = strings.CutSuffix(rest, "*")

	literals := pathEscapes.ReplaceAllLiteralString(rest, "")

	switch {
	case !rooted:
		return "does not begin with a slash"
	case len(path) > maxPathBytes:
		return "has more than 4,000 characters"
	case strings.Contains(rest, "~"), strings.Contains(strings.ToUpper(rest), "%7E"):
		return "contains ~, which CloudFront does not support"
	case strings.Contains(rest, "*"):
		return "contains * before its end, where it is no wildcard: no cached object is spelled so"
	case strings.ContainsAny(rest, "+?"):
		return "contains + or ?: no cached object is spelled so, because S3 reads + as a space, and queries are not part of the cache key"
	case strings.Contains(literals, "%"):
		return "contains an escape that is malformed, in lower case, or of a character that must not be encoded: CloudFront would not match it"
	case !pathLiterals.MatchString(literals):
		return "contains a character that must be percent-encoded"
	}

	return ""
}
