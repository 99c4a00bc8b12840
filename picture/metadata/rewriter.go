package metadata

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
)

// Output receives an image whose header can only be written at the end. It is an
// [os.File] or a [Buffer].
type Output interface {
	io.Writer
	io.WriterAt
}

// rewriter writes forward, and sometimes overwrites bytes that it wrote before.
type rewriter struct {
	// buffer is not an embedded field, because its ReadFrom would bypass the count.
	buffer *bufio.Writer
	target Output
	offset int64 // number of bytes written
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

// write ignores errors, because a bufio.Writer keeps its first error for Flush.
func (r *rewriter) write(p []byte) { _, _ = r.Write(p) }

// size overwrites a RIFF size of 32 bits.
func (r *rewriter) size(offset, size int64) error {
	return r.again(offset, binary.LittleEndian.AppendUint32(nil, uint32(size))) //nolint:gosec // Callers check that it fits.
}

// again overwrites the bytes at an offset.
func (r *rewriter) again(offset int64, data []byte) error {
	if err := r.buffer.Flush(); err != nil {
		return fmt.Errorf("write the sanitized image: %w", err)
	}

	if _, err := r.target.WriteAt(data, offset); err != nil {
		return fmt.Errorf("write the header of the sanitized image: %w", err)
	}

	return nil
}

// Buffer is an [Output] in memory. Its zero value is empty.
type Buffer struct {
	data []byte
}

// NewBuffer returns a buffer with a capacity of room bytes.
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

// insert inserts bytes before an offset.
func (b *Buffer) insert(offset int64, data []byte) {
	behind := len(b.data)
	b.data = append(b.data, data...)
	copy(b.data[offset+int64(len(data)):], b.data[offset:behind])
	copy(b.data[offset:], data)
}

// Bytes returns all bytes that were written.
func (b *Buffer) Bytes() []byte { return b.data }

// Len returns the number of bytes that were written.
func (b *Buffer) Len() int { return len(b.data) }
