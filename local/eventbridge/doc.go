// Package eventbridge is the laptop's event bus: rules with AWS's event patterns,
// and deliveries that survive the death of the process.
//
// An event that [Bus.Put] accepts has been written down, once for every rule and
// target that it matches, before Put returns. A delivery is struck off when its
// target has accepted it; until then it is tried again, with a growing delay, and
// again after a restart. So a target sees every event at least once, and in no
// promised order, as on AWS. Other than on AWS (24 hours, 185 attempts) there is
// no end to the attempts: nothing that was accepted is dropped.
//
// There is one bus, "default". As on AWS, an event for a bus that does not exist
// is accepted and matches nothing.
package eventbridge
