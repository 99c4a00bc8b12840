package logs

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	// DefaultMaxFileBytes is the size at which a file is renamed, if the configuration sets
	// none.
	DefaultMaxFileBytes = 32 << 20
	// maxEventBytes limits an event. CloudWatch's limit is 1 MB.
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
	maxEventBytes = 1 << 20
	// maxLineBytes limits a line of a file: JSON can make a text six times as long.
	maxLineBytes = 6*maxEventBytes + 4096
)

// Event is one event of a stream.
type Event struct {
	ID       uint64 `json:"n"`           // Ascending within a group.
	Time     int64  `json:"t"`           // In milliseconds since 1970.
	Ingested int64  `json:"i"`           // When it arrived.
	Stream   string `json:"s"`           //
	Message  string `json:"m,omitempty"` //
	Empty    bool   `json:"e,omitempty"` // The stream was created; there is no event.
}

// stream is what a group knows about one of its streams.
type stream struct {
	created, first, last, ingested int64 // In milliseconds since 1970.
	bytes                          int64
}

// file has the events of a group.
type file struct {
	path, older string
	most        int64 // The size at which the file is renamed.

	mu      sync.Mutex
	out     *os.File
	size    int64
	next    uint64
	streams map[string]*stream
}

func openFile(dir, name string, most int64) (*file, error) {
	base := filepath.Join(dir, url.PathEscape(name))
	f := &file{path: base + ".jsonl", older: base + ".1.jsonl", most: most, streams: map[string]*stream{}, next: 1}

	if err := f.read(func(e *Event) bool { f.note(e); return true }); err != nil {
		return nil, err
	}

	return f, f.reopen()
}

// reopen opens the file for appending. It adds a line break after an incomplete last
// line, which a killed process has left.
func (f *file) reopen() error {
	out, err := os.OpenFile(f.path, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("open the log: %w", err)
	}

	facts, err := out.Stat()
	if err != nil {
		return errors.Join(fmt.Errorf("open the log: %w", err), out.Close())
	}

	f.out, f.size = out, facts.Size()

	last := make([]byte, 1)
	if f.size > 0 {
		if _, err := out.ReadAt(last, f.size-1); err == nil && last[0] != '\n' {
			_, _ = out.WriteString("\n") // The next line reports a full disk.
		}
	}

	return nil
}

// note counts an event. The caller holds the lock, or is openFile.
func (f *file) note(e *Event) {
	f.next = max(f.next, e.ID+1)

	s := f.streams[e.Stream]
	if s == nil {
		s = &stream{created: e.Ingested}
		f.streams[e.Stream] = s
	}

	if e.Empty {
		return
	}

	if s.first == 0 || e.Time < s.first {
		s.first = e.Time
	}

	s.last, s.ingested = max(s.last, e.Time), max(s.ingested, e.Ingested)
	s.bytes += int64(len(e.Message)) + overhead
}

// overhead is what CloudWatch counts for each event besides its message.
const overhead = 26

// append writes events. An event without a time gets the present one.
func (f *file) append(now time.Time, events ...Event) error {
	f.mu.Lock()
	defer f.mu.Unlock()

	var lines []byte

	for i := range events {
		e := &events[i]
		e.ID, e.Ingested = f.next, now.UnixMilli()

		if e.Time == 0 {
			e.Time = e.Ingested
		}

		line, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("encode an event: %w", err)
		}

		lines = append(append(lines, line...), '\n')

		f.note(e)
	}

	written, err := f.out.Write(lines)
	if f.size += int64(written); err != nil {
		return fmt.Errorf("write the log: %w", err)
	}

	if f.size <= f.most {
		return nil
	}

	if err := errors.Join(f.out.Close(), os.Rename(f.path, f.older)); err != nil {
		return fmt.Errorf("put the old log aside: %w", err)
	}

	return f.reopen()
}

// read calls visit for each event, oldest first, until visit returns false. A line that
// cannot be read is skipped.
func (f *file) read(visit func(*Event) bool) error {
	files, err := f.opened()
	defer func() {
		for _, one := range files {
			_ = one.Close() // It was only read.
		}
	}()

	for _, one := range files {
		more, err := readFile(one, visit)
		if err != nil || !more {
			return err
		}
	}

	return err
}

// opened opens the files for reading, at a moment when none is being replaced.
func (f *file) opened() ([]*os.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()

	var files []*os.File

	for _, path := range []string{f.older, f.path} {
		in, err := os.Open(path) //nolint:gosec // An escaped name in the emulator's folder.

		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return files, fmt.Errorf("read the log: %w", err)
		default:
			files = append(files, in)
		}
	}

	return files, nil
}

func readFile(in io.Reader, visit func(*Event) bool) (bool, error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, bufio.MaxScanTokenSize), maxLineBytes)

	for lines.Scan() {
		var e Event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil || e.ID == 0 {
			continue
		}

		if !visit(&e) {
			return false, nil
		}
	}

	if err := lines.Err(); err != nil {
		return false, fmt.Errorf("read the log: %w", err)
	}

	return true, nil
}

// list returns the streams by name.
func (f *file) list() map[string]stream {
	f.mu.Lock()
	defer f.mu.Unlock()

	streams := make(map[string]stream, len(f.streams))
	for name, one := range f.streams {
		streams[name] = *one
	}

	return streams
}

// bytes returns the size of the files.
func (f *file) bytes() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()

	size := f.size
	if facts, err := os.Stat(f.older); err == nil {
		size += facts.Size()
	}

	return size
}

func (f *file) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()

	return f.out.Close()
}

// remove deletes the files.
func (f *file) remove() error {
	err := f.close()

	for _, path := range []string{f.path, f.older} {
		if problem := os.Remove(path); !errors.Is(problem, fs.ErrNotExist) {
			err = errors.Join(err, problem)
		}
	}

	return err
}
