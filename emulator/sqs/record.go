package sqs

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// record is a message on disk: when it becomes visible, when it was sent, and its JSON.
// The two times precede the JSON, so that a queue can be searched without decoding every
// message.
type record struct {
	visible, sent time.Time
	message       message
}

const (
	timeBytes   = 8
	headerBytes = 2 * timeBytes
)

func (r *record) encode() ([]byte, error) {
	text, err := json.Marshal(&r.message)
	if err != nil {
		return nil, fmt.Errorf("write message %s: %w", r.message.ID, err)
	}

	header := make([]byte, 0, headerBytes+len(text))
	header = appendTime(header, r.visible)
	header = appendTime(header, r.sent)

	return append(header, text...), nil
}

func decode(value []byte) (record, error) {
	r := record{}
	r.visible, r.sent = times(value)

	if err := json.Unmarshal(value[headerBytes:], &r.message); err != nil {
		return record{}, fmt.Errorf("read a message: %w", err)
	}

	return r, nil
}

// times returns the two times of a record without decoding the rest.
func times(value []byte) (visible, sent time.Time) {
	return readTime(value), readTime(value[timeBytes:])
}

func appendTime(to []byte, at time.Time) []byte {
	return binary.BigEndian.AppendUint64(to, uint64(at.UnixNano()))
}

func readTime(from []byte) time.Time {
	return time.Unix(0, int64(binary.BigEndian.Uint64(from))) //nolint:gosec // Written above.
}

// handle is a receipt. It identifies a message and one of its deliveries.
type handle struct {
	id       uint64
	received int
}

func (h handle) text(queue string) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s/%d/%d", queue, h.id, h.received))
}

// readHandle parses a receipt. It returns false for text that no queue with this name can
// have issued.
func readHandle(queue, text string) (handle, bool) {
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return handle{}, false
	}

	rest, ours := strings.CutPrefix(string(decoded), queue+"/")
	if !ours {
		return handle{}, false
	}

	var h handle
	if n, err := fmt.Sscanf(rest, "%d/%d", &h.id, &h.received); err != nil || n != 2 {
		return handle{}, false
	}

	return h, true
}
