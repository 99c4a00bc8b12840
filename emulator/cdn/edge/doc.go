// Package edge runs CloudFront Functions as CloudFront's JavaScript runtime 2.0
// does: the same source, the same event, and the same limits, so that a function
// which needs more fails here and not at the edge.
//
// Held to: 10 KB of source, a script (no modules) with a function `handler`,
// strict mode, the syntax and the built-ins that AWS documents (everything else is
// taken away or refused by its name), no dynamic code, a bound on the time of one
// run, and AWS's rules for what a function may return: a method that stays, a path
// that begins with a slash, headers that are neither read-only nor disallowed. Of
// a breach the viewer sees 502 or 503 on AWS, and an [*Error] comes from here.
//
// Not held to: the 2 MB of memory, and CloudFront's own bound on time, which is
// about a millisecond.
//
// Sources, of the Amazon CloudFront Developer Guide: "JavaScript runtime 2.0
// features for CloudFront Functions", "CloudFront Functions event structure",
// "Restrictions on all edge functions", "Quotas on CloudFront Functions".
package edge
