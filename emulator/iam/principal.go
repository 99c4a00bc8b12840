// Package iam implements the permissions of the AWS emulator: principals with their
// access keys, and the identity policies that Terraform deploys, evaluated as AWS
// evaluates them.
package iam

import "context"

// Principal is a caller whose signature has been verified.
type Principal struct {
	ARN       string
	AccessKey string
	SecretKey string
	// Policy has the permissions. Unless the principal is a Service, nil means that
	// everything is allowed, as for the emulator's own user, who is like an account's
	// root.
	Policy *Policy
	// Service is an AWS service that calls in its own name, "cloudfront.amazonaws.com".
	// It has only the permissions that a resource's policy gives it.
	Service string
	// Attributes has the condition keys of each request of this principal, such as a
	// service's aws:SourceArn.
	Attributes []Attribute
	// OnDenied is called for each denied request; nil means no call.
	OnDenied func(action, resource string)
}

type principalKey struct{}

// WithPrincipal returns a context that carries the caller.
func WithPrincipal(ctx context.Context, p *Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// PrincipalFrom returns the caller, or nil if the call came from inside the emulator.
func PrincipalFrom(ctx context.Context) *Principal {
	p, _ := ctx.Value(principalKey{}).(*Principal)

	return p
}
