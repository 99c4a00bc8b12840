package stack

import (
	"crypto/rand"
	"fmt"

	"triptych/emulator/eventbridge"
	"triptych/emulator/iam"
)

// The AWS services that call other services in their own name.
const (
	cloudFrontService = "cloudfront.amazonaws.com"
	eventsService     = "events.amazonaws.com"
)

// identities has the callers that the stack knows, and the policies of the resources that
// they call. The policies are the files that Terraform deploys.
type identities struct {
	directory *iam.Directory
	functions map[string]*iam.Principal // by the function's short name
	machines  map[string]*iam.Principal // by the role's ARN
	events    *iam.Principal            // EventBridge when it starts a machine
	cdn       *iam.Principal

	buckets map[string]*iam.Policy // by the bucket's name
	queues  map[string]*iam.Policy // by the queue's ARN
	// createdQueue returns the policy of a queue that was created through the API.
	createdQueue func(queueARN string) *iam.Policy
	access       *access
}

// newIdentities creates the emulator's user, and a role for each function, for each
// machine and for EventBridge, under the policies that Terraform deploys. CloudFront is a
// service, whose permissions are in the buckets' policies. The keys are created again at
// every start, and only the processes that use them know them.
func newIdentities(n names) (identities, error) {
	who := identities{
		functions: map[string]*iam.Principal{}, machines: map[string]*iam.Principal{},
		buckets: map[string]*iam.Policy{}, queues: map[string]*iam.Policy{}, access: newAccess(),
	}

	all := []*iam.Principal{{
		ARN: "arn:aws:iam::" + account + ":root", AccessKey: userKey, SecretKey: userSecret,
	}}

	for _, function := range functions() {
		role, err := who.role(n, function.Name, function.Name)
		if err != nil {
			return identities{}, err
		}

		who.functions[function.Name] = role
		all = append(all, role)
	}

	for _, machine := range machines() {
		role, err := who.role(n, machine+"-machine", "machine-"+machine)
		if err != nil {
			return identities{}, err
		}

		who.machines[role.ARN] = role
		all = append(all, role) // A machine that lists a bucket signs its requests.
	}

	var err error

	if who.events, err = who.role(n, "events", "events"); err != nil {
		return identities{}, err
	}

	who.cdn = withKeys(&iam.Principal{
		ARN: cloudFrontService, Service: cloudFrontService, OnDenied: who.access.denied(cloudFrontService),
		Attributes: append(overTLS(), iam.Attribute{Key: sourceARN, Value: n.distributionARN()}),
	})

	if err := who.readResourcePolicies(n); err != nil {
		return identities{}, err
	}

	who.directory, err = iam.NewDirectory(append(all, who.cdn)...)
	if err != nil {
		return identities{}, fmt.Errorf("create the callers: %w", err)
	}

	return who, nil
}

// readResourcePolicies reads the policies of the buckets and queues.
func (who identities) readResourcePolicies(n names) error {
	for _, one := range []struct {
		policy, name string
		into         map[string]*iam.Policy
	}{
		{"bucket-uploads-signed", n.uploads(), who.buckets},
		{"bucket-variants", n.variants(), who.buckets},
		{"queue-failed-executions", n.queueARN(n.failedExecutions()), who.queues},
		{"queue-undelivered-events", n.queueARN(n.undelivered()), who.queues},
	} {
		document, err := n.policy(one.policy)
		if err != nil {
			return err
		}

		if one.into[one.name], err = iam.ParseResourcePolicy(document); err != nil {
			return fmt.Errorf("the policy %s: %w", one.policy, err)
		}

		who.access.watch(one.policy, one.into[one.name])
	}

	return nil
}

// machines lists the state machines.
func machines() []string { return []string{"pipeline", "erase", "fail", "backfill"} }

// role creates a role under one of Terraform's policies.
func (who identities) role(n names, name, policy string) (*iam.Principal, error) {
	document, err := n.policy(policy)
	if err != nil {
		return nil, err
	}

	parsed, err := iam.ParsePolicy(document)
	if err != nil {
		return nil, fmt.Errorf("the policy %s: %w", policy, err)
	}

	who.access.watch(policy, parsed)

	further, err := n.furtherPolicies(name)
	if err != nil {
		return nil, err
	}

	return withKeys(&iam.Principal{
		ARN: n.role(name), Policy: parsed, Policies: further, Attributes: overTLS(), OnDenied: who.access.denied(n.role(name)),
	}), nil
}

// withKeys gives the principal access keys. They begin with AKIA, for long-term keys;
// session keys would need tokens.
func withKeys(p *iam.Principal) *iam.Principal {
	p.AccessKey, p.SecretKey = "AKIA"+rand.Text()[:16], rand.Text()+rand.Text()

	return p
}

const sourceARN = "aws:SourceArn"

// overTLS has the condition keys of a call over TLS. The emulator has no TLS. Only this
// machine can reach its port, so a call counts as one over TLS.
func overTLS() []iam.Attribute {
	return []iam.Attribute{{Key: "aws:SecureTransport", Value: "true"}, {Key: "s3:TlsVersion", Value: "1.3"}}
}

// rule is EventBridge in its own name, on behalf of a rule.
func (who identities) rule(ruleARN string) *iam.Principal {
	return &iam.Principal{
		ARN: eventsService, Service: eventsService, OnDenied: who.access.denied(eventsService),
		Attributes: append(overTLS(), iam.Attribute{Key: sourceARN, Value: ruleARN}),
	}
}

func (n names) ruleARN(rule string) string {
	return eventbridge.RuleARN(region, account, n.stack+"-"+rule)
}

func (n names) distributionARN() string {
	return "arn:aws:cloudfront::" + account + ":distribution/" + distributionID
}
