package asl

import "time"

// waitState waits for a duration or until a time.
// https://states-language.net/spec.html#wait-state
type waitState struct {
	*common

	seconds   *template
	timestamp *template
}

func (p *parser) waitState(base *common, fields *object) state {
	out := &waitState{common: base, seconds: fields.seconds("Seconds", 0), timestamp: fields.template("Timestamp", reach{})}

	if out.timestamp != nil {
		if text, plain := out.timestamp.literal.(string); plain && !isTimestamp(text) {
			fields.problemf("Timestamp", "String does not match RFC3339 timestamp")
		}
	}

	if (out.seconds == nil) == (out.timestamp == nil) {
		fields.problemf("Seconds", "a Wait has either Seconds or Timestamp")
	}

	base.assign = assignment(fields, reach{})
	base.output = fields.template("Output", reach{})
	base.continues(fields)

	return out
}

func (s *waitState) start(r *run, f *frame) {
	due, err := s.due(r, f)
	if err != nil {
		r.evaluationFailed(f, err, atStart)

		return
	}

	if !due.After(r.now) {
		s.over(r, f)

		return
	}

	f.Phase = phaseWait
	r.setTimer(f, timerWait, due)
}

func (s *waitState) due(r *run, f *frame) (time.Time, error) {
	scope := r.newScope(f)

	if s.seconds != nil {
		count, err := s.seconds.seconds(scope, "Seconds", 0)
		if err != nil {
			return time.Time{}, err
		}

		return r.now.Add(seconds(count)), nil
	}

	text, err := s.timestamp.text(scope, "Timestamp")
	if err != nil {
		return time.Time{}, err
	}

	due, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, &fieldError{location: "Timestamp", parsed: true, cause: "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: " + text}
	}

	return due.UTC(), nil
}

// isTimestamp reports whether a text is a time as RFC 3339 has it.
func isTimestamp(text string) bool {
	_, err := time.Parse(time.RFC3339Nano, text)

	return err == nil
}

// over ends the wait.
func (s *waitState) over(r *run, f *frame) { r.complete(f, r.newScope(f), f.Input) }
