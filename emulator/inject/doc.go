// Package inject has the laptop's AWS fail on purpose, by a plan that the user
// writes: invocations of functions that crash, time out or are throttled, calls of
// AWS's APIs that fail or whose answer is lost, and events that get lost, come twice
// or late.
//
// # The plan
//
// A plan is a JSON object:
//
//	{
//	  "seed": 7,
//	  "lambda": [{"function": "resize", "kind": "crash", "rate": 0.1}],
//	  "api":    [{"service": "dynamodb", "operation": "UpdateItem", "kind": "throttle", "calls": [3, 4]}],
//	  "events": [{"detailType": "Object Created", "kind": "double", "every": 10}]
//	}
//
// Each rule counts the calls that it matches, from 1, and says which of them go
// wrong by exactly one of "rate" (a share, by chance), "calls" (a list) and "every"
// (each so-manieth, beginning with "from"). Where several rules want the same call,
// the first has it.
//
// Kinds of lambda: error, throttle, timeout, crash, slow. Of api: error, throttle,
// timeout, slow. Of events: lose, double, late.
//
// Chance is a function of the seed, the rule and the count, so the same calls in
// the same order meet the same faults. Counts begin anew at every start.
package inject
