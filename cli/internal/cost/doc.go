// Package cost says what a month of pictures costs on AWS, line by line: how many of
// what, at which price, and why so many. It does so for Triptych, for the same
// pipeline as an Express workflow, and for Dynamic Image Transformation for Amazon
// CloudFront, which makes variants when they are asked for.
//
// What a line multiplies is either a count, taken from the code (and from a run of it:
// see [Assumptions]), or a measurement, or an assumption about the user's own traffic.
// All of them, and every price, can be set by the user: see [Read].
//
// Free tiers, taxes, and reductions by volume or commitment are left out; so a small
// stack costs less than it says.
package cost
