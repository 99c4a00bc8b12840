// Package timeline reads an execution's history, which is a list of events each
// pointing back at the one before it, as what people want to know: which states
// ran, when, how long, how often, and how each ended.
//
// The rules are those of Step Functions' GetExecutionHistory (API Reference,
// HistoryEvent): the branches of a Map interleave in the list, and only
// previousEventId tells which event belongs to which.
package timeline
