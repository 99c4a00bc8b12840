package metadata

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
)

// Output is where a picture goes whose head can only be written in the end: an
// [os.File], or a [Buffer].
type Output interface {
	io.Writer
	io.WriterAt
}

// rewriter writes forward, and now and then again what it wrote before.
type rewriter struct {
	// buffer is no embedded field: its ReadFrom would write past the count.
	buffer *bufio.Writer
	target Output
	offset int64 // what was written
}

func newRewriter(target Output) *rewriter {
	return &rewriter{buffer: bufio.NewWriterSize(target, bufferBytes), target: target}
}

// Write implements [io.Writer].
func (r *rewriter) Write(p []byte) (int, error) {
	n, err := r.buffer.Write(p)
	r.offset += int64(n)

	return n, err
}

// write needs no check: a bufio.Writer keeps its first error for Flush.
func (r *rewriter) write(p []byte) { _, _ = r.Write(p) }

// size writes a RIFF size of 32 bits again.
func (r *rewriter) size(offset, size int64) error {
	return r.again(offset, binary.LittleEndian.AppendUint32(nil, uint32(size))) //nolint:gosec // Callers see that it fits.
}

// again writes over what stands at an offset.
func (r *rewriter) again(offset int64, data []byte) error {
	if err := r.buffer.Flush(); err != nil {
		return fmt.Errorf("write the sanitized picture: %w", err)
	}

	if _, err := r.target.WriteAt(data, offset); err != nil {
		return fmt.Errorf("write the head of the sanitized picture: %w", err)
	}

	return nil
}

// Buffer is an [Output] in memory. Its zero value is empty.
type Buffer struct {
	data []byte
}

// NewBuffer returns a buffer with room for as many bytes.
func NewBuffer(room int64) *Buffer { return &Buffer{data: make([]byte, 0, room)} }

// Write implements [io.Writer].
func (b *Buffer) Write(p []byte) (int, error) {
	b.data = append(b.data, p...)

	return len(p), nil
}

// WriteAt implements [io.WriterAt] for bytes that were written before.
func (b *Buffer) WriteAt(p []byte, offset int64) (int, error) {
	if offset < 0 || offset+int64(len(p)) > int64(len(b.data)) {
		return 0, io.ErrShortBuffer
	}

	return copy(b.data[offset:], p), nil
}

// insert puts bytes between those that were written, before an offset.
func (b *Buffer) insert(offset int64, data []byte) {
	behind := len(b.data)
	b.data = append(b.data, data...)
	copy(b.data[offset+int64(len(data)):], b.data[offset:behind])
	copy(b.data[offset:], data)
}

// Bytes are all that was written.
func (b *Buffer) Bytes() []byte { return b.data }

// Len is how many bytes were written.
func (b *Buffer) Len() int { return len(b.data) }
