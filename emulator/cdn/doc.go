// Package cdn is CloudFront as far as Triptych's users see it: the variants bucket
// below one host name, and a place to upload to for who has a signed URL.
//
// There are two behaviours, as Terraform deploys them, each with the edge functions of
// the deployment (see package edge):
//
//	default        GET, HEAD, OPTIONS: viewer.js, the variants bucket, response.js
//	/-/upload/*    with a valid signature only (see package signing): upload.js, and a
//	               PUT goes to the uploads bucket
//
// Both buckets are reached through S3's own front door, as the service
// cloudfront.amazonaws.com on behalf of the distribution: what the buckets' policies
// allow is all that the CDN can do.
//
// # Paths
//
// CloudFront hands a path on to the edge functions as it came. They read it as S3
// does, percent-decoded exactly once, a raw + as a space, and rewrite it to the one
// spelling of its key, see [keys.Path]: the cache looks up that spelling, and
// invalidations name it. "a//b" and "a/../b" never turn into another key: a path
// whose key could not be one that Triptych writes, see [keys.Validate], is answered
// with 404 and the origin is not asked. That also keeps a path from reaching out of
// the variants bucket on an origin that stores objects as files.
//
// # Caching
//
// Invalidations are checked, bounded and in progress for a time as at CloudFront (see
// [Distribution]), in its API and as a task of Step Functions.
//
// Cache-Control, ETag and Last-Modified are the object's own. Nothing is kept
// here: every answer is a "Miss from cloudfront", and what a browser caches by
// these headers it caches on AWS too.
package cdn
