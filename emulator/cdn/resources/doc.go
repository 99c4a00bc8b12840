// Package resources is the part of CloudFront's API that creates, reads, changes and deletes
// resources: distributions, their policies, functions, origin access controls, public keys
// and key groups.
//
// A configuration is stored as the client sent it. That of a distribution is completed with
// the defaults that AWS returns. References are checked: a distribution can only name what exists, and a resource
// that another one names cannot be deleted.
//
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Operations.html
package resources
