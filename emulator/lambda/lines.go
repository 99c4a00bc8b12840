package lambda

import "bytes"

// maxLineBytes bounds a log line: a longer one is cut into several. CloudWatch's
// own bound of an event is 256 KB.
const maxLineBytes = 64 << 10

// lines is an io.Writer that passes whole lines on. It belongs to one goroutine.
type lines struct {
	emit func(line string)
	rest []byte
}

// Write implements [io.Writer]; it never fails.
func (l *lines) Write(text []byte) (int, error) {
	written := len(text)

	for {
		line, after, found := bytes.Cut(text, []byte("\n"))
		l.rest = append(l.rest, line...)

		for len(l.rest) > maxLineBytes {
			l.emit(string(l.rest[:maxLineBytes]))
			l.rest = l.rest[maxLineBytes:]
		}

		if !found {
			return written, nil
		}

		l.flush()

		text = after
	}
}

// flush passes on what has no line end yet.
func (l *lines) flush() {
	line := bytes.TrimSuffix(l.rest, []byte("\r"))
	if len(line) > 0 {
		l.emit(string(line))
	}

	l.rest = l.rest[:0]
}
