// Package timeline converts an execution's history to a list of states: when each state
// ran, how long, how many attempts it needed, and how it ended. A history is a list of
// events; each event refers to the previous one.
//
// The rules are those of Step Functions' GetExecutionHistory (API Reference,
// HistoryEvent). The branches of a Map are interleaved in the list, and only
// previousEventId says which events belong together.
package timeline
