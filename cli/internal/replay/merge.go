package replay

import (
	"cmp"
	"slices"
)

// Merge combines sightings into a list with one entry for each execution. A sighting is a
// failure as one source reports it. The list begins with the oldest failure. An entry has all
// messages about its execution, the earliest time and the highest number of redrives. Its
// source is the one with the lowest Source.rank.
func Merge(sightings []Sighting) []Entry {
	entries := make([]Entry, 0, len(sightings))
	places := map[string]int{}

	for _, seen := range sightings {
		place, known := places[seen.ExecutionARN]
		if !known || seen.ExecutionARN == "" { // A message that cannot be parsed has an entry of its own.
			place = len(entries)
			places[seen.ExecutionARN] = place

			entries = append(entries, Entry{Sighting: seen})
		} else {
			entries[place].join(seen)
		}

		if seen.Message != nil {
			entries[place].Messages = append(entries[place].Messages, *seen.Message)
		}
	}

	slices.SortStableFunc(entries, func(a, b Entry) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ExecutionARN, b.ExecutionARN))
	})

	return entries
}

// join adds the information of another sighting of the same execution.
func (e *Entry) join(seen Sighting) {
	if seen.Source.rank() < e.Source.rank() {
		e.Source = seen.Source
		// A message has the original input. For an upload of the ledger, the input is reconstructed.
		e.Input = cmp.Or(seen.Input, e.Input)
	}

	e.RedriveCount = max(e.RedriveCount, seen.RedriveCount)
	e.Input = cmp.Or(e.Input, seen.Input)
	e.Why = cmp.Or(e.Why, seen.Why)

	if seen.At.Before(e.At) && !seen.At.IsZero() || e.At.IsZero() {
		e.At = seen.At
	}

	if e.Upload == nil {
		e.Upload = seen.Upload
	}
}

// outdated returns the messages that are not needed. For each execution and queue, it keeps
// the message with the latest end of the execution, and only one of equal messages.
func outdated(messages []Message) []Message {
	type subject struct{ queue, execution string }

	var (
		latest = map[subject]Message{}
		others []Message
	)

	for _, message := range messages {
		about := subject{message.Queue, message.About}
		known, again := latest[about]

		switch {
		case message.About == "":
		case !again:
			latest[about] = message
		case message.Count > known.Count:
			others = append(others, known)
			latest[about] = message
		default:
			others = append(others, message)
		}
	}

	return others
}

// absorb adds another entry with the same current execution.
func (e *Entry) absorb(other Entry) {
	e.join(other.Sighting)
	e.Messages = append(e.Messages, other.Messages...)
	e.Asked = e.Asked || other.Asked
}
