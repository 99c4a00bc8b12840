package iam

import (
	"context"
	"net/http"
	"slices"

	"triptych/emulator/awsapi"
)

// Decision is the outcome of evaluating a policy.
type Decision int

// The three outcomes, in the order in which they prevail. Only Allowed lets a request
// through.
const (
	ImplicitlyDenied Decision = iota // No statement allows it.
	Allowed
	ExplicitlyDenied // A statement denies it, no matter what other statements allow.
)

// Evaluate decides by AWS's rule for the policies of one kind: an explicit Deny wins;
// otherwise one Allow is enough; otherwise the request is denied. Evaluate records the
// permission that allowed the request as used.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func (p *Policy) Evaluate(action, resource string, attributes ...Attribute) Decision {
	return p.evaluate(nil, action, resource, attributes)
}

// EvaluateAll is the decision of several policies together: an explicit Deny of one wins,
// otherwise an Allow of one is enough.
func EvaluateAll(policies []*Policy, action, resource string, attributes ...Attribute) Decision {
	decision := ImplicitlyDenied
	for _, policy := range policies {
		decision = max(decision, policy.Evaluate(action, resource, attributes...))
	}

	return decision
}

// Public reports whether a resource's policy allows something to everybody, without a
// condition.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
func (p *Policy) Public() bool {
	return slices.ContainsFunc(p.statements, func(s *statement) bool {
		return !s.deny && s.principals != nil && s.principals.everybody && len(s.conditions) == 0
	})
}

// evaluate is Evaluate with the caller, which a resource's policy needs.
func (p *Policy) evaluate(caller *Principal, action, resource string, attributes []Attribute) Decision {
	decision := ImplicitlyDenied

	for _, s := range p.statements {
		if s.principals != nil && !s.principals.include(caller) {
			continue
		}

		matched, applies := s.applies(action, resource, attributes)
		if !applies {
			continue
		}

		if s.deny {
			return ExplicitlyDenied
		}

		decision = Allowed

		p.noteUsed(matched)
	}

	return decision
}

// applies reports whether the statement applies to the request, and returns the patterns
// that matched.
func (s *statement) applies(action, resource string, attributes []Attribute) ([]*pattern, bool) {
	byAction, ok := match(s.actions, s.notActions, action)
	if !ok {
		return nil, false
	}

	byResource, ok := match(s.resources, s.notResources, resource)
	if !ok {
		return nil, false
	}

	for _, c := range s.conditions {
		if !c.holds(attributes) {
			return nil, false
		}
	}

	return slices.Concat(byAction, byResource), true
}

// match reports whether value matches one of positive, or none of negative.
func match(positive, negative []*pattern, value string) ([]*pattern, bool) {
	var hits []*pattern

	for _, p := range slices.Concat(positive, negative) {
		if p.matches(value) {
			hits = append(hits, p)
		}
	}

	if len(negative) > 0 {
		return nil, len(hits) == 0
	}

	return hits, len(hits) > 0
}

func (p *Policy) noteUsed(matched []*pattern) {
	p.mu.Lock()
	defer p.mu.Unlock()

	for _, one := range matched {
		p.used[one] = true
	}
}

// Unused lists every action and resource of an Allow statement that no request has needed
// so far, as "Sid: s3:GetObject". It never lists a Deny, NotAction or NotResource,
// because they grant nothing by themselves.
func (p *Policy) Unused() []string {
	p.mu.Lock()
	defer p.mu.Unlock()

	var unused []string

	for _, s := range p.statements {
		if s.deny {
			continue
		}

		for _, one := range slices.Concat(s.actions, s.resources) {
			if !p.used[one] {
				unused = append(unused, s.label+": "+one.text)
			}
		}
	}

	return unused
}

// Check decides whether the caller in ctx may do action on the resource's ARN. The error
// is AWS's AccessDeniedException with AWS's text. A call from inside the emulator (no
// principal), and a principal without a policy, may do everything.
func Check(ctx context.Context, action, resource string, attributes ...Attribute) error {
	return CheckAt(ctx, nil, action, resource, attributes...)
}

// CheckAt is [Check] for a resource that has a policy of its own.
func CheckAt(ctx context.Context, policy *Policy, action, resource string, attributes ...Attribute) error {
	denied := PrincipalFrom(ctx).DeniedAt(policy, action, resource, attributes...)
	if denied == "" {
		return nil
	}

	return &awsapi.Error{Code: "AccessDeniedException", Message: denied, Status: http.StatusBadRequest}
}

// Denied returns AWS's text for why the principal may not do action on the resource, or
// "" if it may. A nil principal may do everything.
func (p *Principal) Denied(action, resource string, attributes ...Attribute) string {
	return p.DeniedAt(nil, action, resource, attributes...)
}

// DeniedAt is [Principal.Denied] for a resource with a policy of its own; policy may be
// nil. Within an account, a request is allowed if one of the two policies allows it and
// the other does not deny it. A service has no policy of its own and needs the
// resource's.
func (p *Principal) DeniedAt(policy *Policy, action, resource string, attributes ...Attribute) string {
	if p == nil {
		return ""
	}

	attributes = append(slices.Clone(p.Attributes), attributes...)

	byIdentity, byResource := ImplicitlyDenied, ImplicitlyDenied
	if p.Service == "" {
		byIdentity = p.evaluate(action, resource, attributes)
	}

	if policy != nil {
		byResource = policy.evaluate(p, action, resource, attributes)
	}

	var reason string

	switch {
	case byIdentity == ExplicitlyDenied:
		reason = "with an explicit deny in an identity-based policy"
	case byResource == ExplicitlyDenied:
		reason = "with an explicit deny in a resource-based policy"
	case byIdentity == Allowed || byResource == Allowed:
		return ""
	case p.Service != "":
		reason = "because no resource-based policy allows the " + action + " action"
	default:
		reason = "because no identity-based policy allows the " + action + " action"
	}

	if p.OnDenied != nil {
		p.OnDenied(action, resource)
	}

	return "User: " + p.ARN + " is not authorized to perform: " + action + " on resource: " + resource + " " + reason
}
