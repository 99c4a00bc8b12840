// Package cost calculates the AWS bill of a month. Each line of the bill has a quantity, a
// price and a formula. The package compares three designs: Triptych, the same pipeline as an
// Express workflow, and Dynamic Image Transformation for Amazon CloudFront, which makes
// variants when they are requested.
//
// The factors of a line are numbers of requests, measured times, or assumptions about the
// user's own traffic: see [Assumptions]. The user can set all of them, and every price: see
// [Read].
//
// Free tiers, taxes, and discounts by volume or commitment are not included, so a small
// stack costs less than the result.
package cost
