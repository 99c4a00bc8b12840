// Package iam knows who may do what on the laptop's AWS: principals with their
// access keys, and the identity policies that Terraform deploys, evaluated as
// AWS evaluates them.
package iam

import "context"

// Principal is a caller whose signature has been verified.
type Principal struct {
	ARN       string
	AccessKey string
	SecretKey string
	// Policy decides; nil means that everything is allowed (the laptop's own
	// user, as an account's root), but for a Service.
	Policy *Policy
	// Service is an AWS service that calls in its own name, "cloudfront.amazonaws.com":
	// only a resource's policy can allow it something.
	Service string
	// Attributes are the condition keys of each of its requests, such as a service's
	// aws:SourceArn.
	Attributes []Attribute
	// OnDenied is told of what it was denied; nil means that nobody is.
	OnDenied func(action, resource string)
}

type principalKey struct{}

// WithPrincipal returns a context that carries the caller.
func WithPrincipal(ctx context.Context, p *Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// PrincipalFrom returns the caller, or nil where the call came from inside.
func PrincipalFrom(ctx context.Context) *Principal {
	p, _ := ctx.Value(principalKey{}).(*Principal)

	return p
}
