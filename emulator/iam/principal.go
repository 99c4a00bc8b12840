// Package iam implements the permissions of the AWS emulator: principals with their
// access keys, and the identity policies that Terraform deploys, evaluated as AWS
// evaluates them.
package iam

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
)

// Principal is a caller whose signature has been verified.
type Principal struct {
	ARN       string
	AccessKey string
	SecretKey string
	// Policy has the permissions. Unless the principal is a Service, nil means that
	// everything is allowed, as for the emulator's own user, who is like an account's
	// root.
	Policy *Policy
	// Policies returns further policies, which can change: those of a role that was created
	// through the API, and those that the stack does not need. The principal may do what
	// Policy or one of them allows. It is nil if the principal has no
	// further policies.
	Policies func() []*Policy
	// Service is an AWS service that calls in its own name, "cloudfront.amazonaws.com".
	// It has only the permissions that a resource's policy gives it.
	Service string
	// Attributes has the condition keys of each request of this principal, such as a
	// service's aws:SourceArn.
	Attributes []Attribute
	// OnDenied is called for each denied request; nil means no call.
	OnDenied func(action, resource string)
}

// Unrestricted reports whether the principal may do everything, like an account's root.
func (p *Principal) Unrestricted() bool {
	return p.Policy == nil && p.Policies == nil && p.Service == ""
}

// evaluate is the decision of all policies of the principal together.
func (p *Principal) evaluate(action, resource string, attributes []Attribute) Decision {
	if p.Unrestricted() {
		return Allowed
	}

	decision := ImplicitlyDenied
	if p.Policy != nil {
		decision = p.Policy.Evaluate(action, resource, attributes...)
	}

	if p.Policies == nil {
		return decision
	}

	return max(decision, EvaluateAll(p.Policies(), action, resource, attributes...))
}

// RoleID returns the unique id of a role. AWS's is random; the emulator's depends on the
// ARN, so that it stays the same.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func RoleID(arn string) string { return "AROA" + uniqueID(arn) }

// PolicyID returns the unique id of a managed policy.
func PolicyID(arn string) string { return "ANPA" + uniqueID(arn) }

func uniqueID(arn string) string {
	const digits = 17

	hash := sha256.Sum256([]byte(arn))

	return base32.StdEncoding.EncodeToString(hash[:])[:digits]
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
