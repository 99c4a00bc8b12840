// Package inject injects faults into the emulator. The user describes the faults in a plan.
// Lambda invocations crash, time out or are throttled. AWS API calls fail, or their response
// is lost. Events are lost, duplicated or delayed.
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
// Each rule counts the calls that it matches, from 1. Exactly one of three fields selects
// the calls that get the fault. "rate" is the probability of the fault for each call.
// "calls" is a list of the numbers of the calls. "every": N selects every Nth call, starting
// with call "from". If several rules select the same call, the first rule is applied.
//
// A rule in "lambda" has one of the kinds error, throttle, timeout, crash and slow. A rule
// in "api" has one of the kinds error, throttle, timeout and slow. A rule in "events" has
// one of the kinds lose, double and late.
//
// Random choices depend only on the seed, the rule and the count. So the same calls in the
// same order get the same faults. The counts start again at every start of the emulator.
package inject
