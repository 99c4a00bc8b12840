package replay

import (
	"cmp"
	"slices"
)

// Merge makes one list of sightings: an entry for each execution, the oldest
// failure first. Messages of one execution stay together, whatever failure of its
// they tell of; all else is of the latest failure, and of the first source that
// knows it.
func Merge(sightings []Sighting) []Entry {
	entries := make([]Entry, 0, len(sightings))
	places := map[string]int{}

	for _, seen := range sightings {
		place, known := places[seen.ExecutionARN]
		if !known || seen.ExecutionARN == "" { // A message that cannot be read is an entry of its own.
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

// join adds what another sighting knows.
func (e *Entry) join(seen Sighting) {
	if seen.Source.rank() < e.Source.rank() {
		e.Source = seen.Source
		e.Input = cmp.Or(seen.Input, e.Input) // A message has the input itself, the ledger what can be made of it.
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

// outdated are the messages that tell of an execution's end where another one, of
// the same queue, tells of a later end of its; of equal ones all but one.
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

// absorb adds an entry that turned out to be about the same work.
func (e *Entry) absorb(other Entry) {
	e.join(other.Sighting)
	e.Messages = append(e.Messages, other.Messages...)
	e.Asked = e.Asked || other.Asked
}
