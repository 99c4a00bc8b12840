// Package edge runs CloudFront Functions as CloudFront's JavaScript runtime 2.0 does: the
// same source, the same event, and the same limits. A function that exceeds a limit
// therefore fails here and not only at the edge.
//
// The package enforces: 10 KB of source; a script (no modules) with a function `handler`;
// strict mode; the syntax and the built-ins that AWS documents (others are deleted, or
// rejected by name); no dynamic code; a limit on the time of one run; and AWS's rules for
// the value that a function may return: the method stays the same, the path begins with a
// slash, and no header is read-only or disallowed. On AWS the viewer sees 502 or 503 if a
// function breaks a rule. This package returns an [*Error].
//
// The package does not enforce: the limit of 2 MB of memory, and CloudFront's own limit
// on time, which is about a millisecond.
//
// Sources, of the Amazon CloudFront Developer Guide: "JavaScript runtime 2.0 features for
// CloudFront Functions", "CloudFront Functions event structure", "Restrictions on all
// edge functions", "Quotas on CloudFront Functions".
package edge
