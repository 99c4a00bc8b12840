package inject

import (
	"sync/atomic"
	"time"
)

// Plan is the set of faults to inject. A nil *Plan injects no faults.
type Plan struct {
	Seed   uint64
	Lambda []*Rule
	API    []*Rule
	Events []*Rule
}

// Kind is the kind of a fault.
type Kind string

// Kinds of faults.
const (
	// Error makes a function fail with the error ErrorType, without running it. An API call
	// gets the status 500 and is not carried out.
	Error Kind = "error"
	// Throttle rejects the call: TooManyRequestsException, ThrottlingException, S3's
	// SlowDown.
	Throttle Kind = "throttle"
	// Timeout kills a function's process and reports a timeout. An API call is carried out,
	// but its connection is closed without a response.
	Timeout Kind = "timeout"
	// Crash kills the function's process while it works or before its response is sent.
	Crash Kind = "crash"
	// Slow waits before the call.
	Slow Kind = "slow"
	// Lose accepts an event and never delivers it.
	Lose Kind = "lose"
	// Double delivers an event twice.
	Double Kind = "double"
	// Late holds an event back, so that later events overtake it.
	Late Kind = "late"
)

// Rule says which calls get a fault, and of which kind.
type Rule struct {
	// Service is the service of an API rule; "" in other rules.
	Service string
	// Subject is the function, the operation or the detail type; "*" matches any.
	Subject string
	Kind    Kind
	// ErrorType is the error name of a function's failure if Kind is Error.
	ErrorType string
	// Span is how long Slow and Late wait. For Crash and Timeout it is the longest time
	// that the function runs before it is killed.
	Span time.Duration

	when  when
	chain uint64 // makes the rule's random choices independent of the other rules'
	calls atomic.Uint64
}

// when selects the calls of a rule that get the fault, by exactly one of its fields.
type when struct {
	rate  float64
	calls []uint64
	every uint64
	from  uint64 // for every: the first call
}

// matches reports whether the rule applies to a call.
func (r *Rule) matches(service, subject string) bool {
	return (r.Service == service || r.Service == anyName) && (r.Subject == subject || r.Subject == anyName)
}

// anyName is the subject or service that matches every name.
const anyName = "*"

// hit is a call that gets a fault: the rule, and the number of the call.
type hit struct {
	*Rule

	call uint64
	seed uint64
}

// find counts a call for every rule that matches it, and returns the first rule that
// selects the call.
func (p *Plan) find(rules []*Rule, service, subject string) (hit, bool) {
	var found hit

	for _, rule := range rules {
		if !rule.matches(service, subject) {
			continue
		}

		call := rule.calls.Add(1)
		if found.Rule == nil && rule.when.has(p.Seed, rule.chain, call) {
			found = hit{Rule: rule, call: call, seed: p.Seed}
		}
	}

	return found, found.Rule != nil
}
