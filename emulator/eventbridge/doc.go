// Package eventbridge emulates EventBridge's event bus: rules with AWS's event patterns,
// and deliveries that survive the death of the process.
//
// Before [Bus.Put] returns, it stores the event in the outbox, once for every rule and
// target that the event matches. When the target accepts the event, the delivery is removed
// from the outbox. Until then the delivery is retried with a growing delay, and at once
// after a restart. The number of attempts is stored too. So a target receives every event
// at least once, and in no guaranteed order, as on AWS.
//
// Attempts end as the target's [RetryPolicy] says. They end at once if the target does not
// exist, may not be accessed or rejects the event itself. Then the event goes to the
// target's dead-letter queue, with attributes that give the reason. If the target has no
// such queue, the event is dropped and logged.
//
// There is one bus, "default". For an entry that names another bus, PutEvents returns
// ResourceNotFoundException and accepts the other entries.
package eventbridge
