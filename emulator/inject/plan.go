package inject

import (
	"sync/atomic"
	"time"
)

// Plan is what is to go wrong. A nil *Plan leaves everything alone.
type Plan struct {
	Seed   uint64
	Lambda []*Rule
	API    []*Rule
	Events []*Rule
}

// Kind is how a call goes wrong.
type Kind string

// The kinds.
const (
	// Error is, of a function, a failure of the name ErrorType without running it;
	// of an API, a status 500 without carrying out the call.
	Error Kind = "error"
	// Throttle refuses: TooManyRequestsException, ThrottlingException, S3's SlowDown.
	Throttle Kind = "throttle"
	// Timeout is, of a function, the kill of its process, told as a timeout; of an
	// API, a call that is carried out and a connection that is cut instead of an
	// answer.
	Timeout Kind = "timeout"
	// Crash kills the function's process, while it works or before its answer is out.
	Crash Kind = "crash"
	// Slow waits before the call.
	Slow Kind = "slow"
	// Lose has an event accepted and never delivered.
	Lose Kind = "lose"
	// Double delivers an event twice.
	Double Kind = "double"
	// Late holds an event back, so that later ones overtake it.
	Late Kind = "late"
)

// Rule says which calls go wrong, and how.
type Rule struct {
	// Service is an API's; "" in other rules.
	Service string
	// Subject is the function, the operation or the detail type; "*" is any.
	Subject string
	Kind    Kind
	// ErrorType names the failure of a function whose Kind is Error.
	ErrorType string
	// Span is how long Slow and Late wait, and the longest that a function lives on
	// before it is cut short.
	Span time.Duration

	when  when
	chain uint64 // tells this rule's chance from others'
	calls atomic.Uint64
}

// when says which of a rule's calls go wrong: by exactly one of these.
type when struct {
	rate  float64
	calls []uint64
	every uint64
	from  uint64 // with every: the first
}

// matches says whether a call is one of the rule's.
func (r *Rule) matches(service, subject string) bool {
	return (r.Service == service || r.Service == anything) && (r.Subject == subject || r.Subject == anything)
}

// anything is what matches every name.
const anything = "*"

// hit is a rule that has a call, and which of its calls that is.
type hit struct {
	*Rule

	call uint64
	seed uint64
}

// find counts a call for every rule that it matches, and gives the first that has
// it go wrong.
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
