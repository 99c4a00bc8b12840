// Package cdn is CloudFront as far as a viewer of pictures sees it: the variants
// bucket, read-only, below one host name.
//
// # Paths
//
// A request's path, percent-decoded exactly once and without its first slash, is
// the object's key, as S3 reads it. Nothing else is done to it: CloudFront hands
// the path on to the origin as it came, and so "a//b", "a%2Fb" and "a/../b" must
// never turn into another key. Where the key could not be one that Triptych
// writes, see [keys.Validate], the answer is 404 and the origin is not asked: that
// is also what keeps a path from reaching out of the variants bucket on an origin
// that stores objects as files.
//
// # Caching
//
// Cache-Control, ETag and Last-Modified are the object's own. Nothing is kept
// here: every answer is a "Miss from cloudfront", and what a browser caches by
// these headers it caches on AWS too.
package cdn
