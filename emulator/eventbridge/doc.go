// Package eventbridge is the laptop's event bus: rules with AWS's event patterns,
// and deliveries that survive the death of the process.
//
// An event that [Bus.Put] accepts has been written down, once for every rule and
// target that it matches, before Put returns. A delivery is struck off when its
// target has accepted it; until then it is tried again, with a growing delay, and
// at once after a restart, which does not forget how often it was tried. So a
// target sees every event at least once, and in no promised order, as on AWS.
//
// Attempts end by the target's [RetryPolicy], and at once where the target is not
// there, may not be reached or refuses the event itself. Then the event goes to
// the target's dead-letter queue, with attributes that say why; where there is
// none it is dropped, and the log says so.
//
// There is one bus, "default". As on AWS, an event for a bus that does not exist
// is accepted and matches nothing.
package eventbridge
