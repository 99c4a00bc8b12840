// Package cost calculates the AWS bill of a month, line by line, with quantity, price and
// formula. It does so for Triptych, for the same pipeline as an Express workflow, and for
// Dynamic Image Transformation for Amazon CloudFront, which makes variants when they are
// requested.
//
// The factors of a line are counts from the code (and from a run of it: see
// [Assumptions]), measurements, or assumptions about the user's own traffic. The user can
// set all of them, and every price: see [Read].
//
// Free tiers, taxes, and discounts by volume or commitment are not included, so a small
// stack costs less than the result.
package cost
