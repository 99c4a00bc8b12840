// Package timeline converts the history of an execution to a list of states. Each state has
// its start, its duration, the number of its attempts and its outcome.
//
// A history is the list of events that GetExecutionHistory returns (API Reference,
// HistoryEvent). The events of a Map's iterations are interleaved in the list. The field
// previousEventId of an event refers to the previous event of the same iteration.
package timeline
