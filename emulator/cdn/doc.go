// Package cdn emulates CloudFront as far as Triptych's users see it: the variants bucket
// below one host name, and uploads for clients that have a signed URL.
//
// There are two behaviors, as Terraform deploys them, each with the edge functions of the
// deployment (see package edge):
//
//	default        GET, HEAD, OPTIONS: viewer.js, the variants bucket, response.js
//	/-/upload/*    with a valid signature only (see package signing): upload.js, and a
//	               PUT goes to the uploads bucket
//
// The CDN reaches both buckets through the gateway of the S3 emulation, as the service
// cloudfront.amazonaws.com on behalf of the distribution. The CDN can therefore do only
// what the buckets' policies allow.
//
// # Paths
//
// CloudFront passes a path to the edge functions unchanged. The edge functions read it as
// S3 does (percent-decoded exactly once, a raw + as a space) and rewrite it to the one
// spelling of its key, see [keys.Path]: the cache looks up that spelling, and
// invalidations name it. "a//b" and "a/../b" never turn into another key: a path whose
// key is not one that Triptych can write, see [keys.Validate], is answered with 404 and
// without a request to the origin. This also keeps a path from leaving the variants
// bucket on an origin that stores objects as files.
//
// # Caching
//
// Invalidations are validated, limited and in progress for a time as on CloudFront (see
// [Distribution]), both in the API and as a task of Step Functions.
//
// Cache-Control, ETag and Last-Modified are the object's own. The emulator does not
// cache: every answer is a "Miss from cloudfront". A browser that caches an answer
// because of these headers also caches it on AWS.
package cdn
