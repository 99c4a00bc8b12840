// Package signing checks the signatures of CloudFront's signed URLs and signed
// cookies, with canned and with custom policies, against a group of public keys.
//
// Signatures are those that CloudFront documents: RSA (PKCS #1 v1.5, 2048 bits) and
// ECDSA (P-256), over SHA-1, or over SHA-256 where Hash-Algorithm says so. A URL's
// signature goes before a cookie's. What is refused has CloudFront's own answer: 403
// and an XML body.
//
// Source: Amazon CloudFront Developer Guide, "Use signed URLs", "Use signed
// cookies" and the pages below them.
package signing
