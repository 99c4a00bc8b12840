package lambda

import "bytes"

// maxLineBytes limits a log line. A longer line is split. CloudWatch's own limit for an
// event is 256 KB.
const maxLineBytes = 64 << 10

// lines is an io.Writer that calls emit for each complete line. It is not safe for
// concurrent use.
type lines struct {
	emit func(line string)
	rest []byte
}

// Write implements [io.Writer]. It never fails.
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

// flush calls emit for the text in rest, the current line without its line end. An empty
// line is dropped.
func (l *lines) flush() {
	line := bytes.TrimSuffix(l.rest, []byte("\r"))
	if len(line) > 0 {
		l.emit(string(line))
	}

	l.rest = l.rest[:0]
}
