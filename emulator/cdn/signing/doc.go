// Package signing checks the signatures of CloudFront's signed URLs and signed cookies,
// with canned and custom policies, against a group of public keys.
//
// It accepts the signatures that CloudFront documents: RSA (PKCS #1 v1.5, 2048 bits) and
// ECDSA (P-256), over SHA-1, or over SHA-256 if Hash-Algorithm says so. A signature in
// the URL takes precedence over one in a cookie. A rejected request gets CloudFront's own
// answer: 403 and an XML body.
//
// Source: Amazon CloudFront Developer Guide, "Use signed URLs", "Use signed cookies" and
// the pages below them.
package signing
