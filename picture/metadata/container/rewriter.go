package container

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

// Rewriter writes forward, and sometimes overwrites bytes that it wrote before.
type Rewriter struct {
	// Buffer is not an embedded field, because its ReadFrom would bypass the count.
	Buffer *bufio.Writer
	target Output
	// Offset is the number of bytes written.
	Offset int64
}

// NewRewriter returns a rewriter that writes to target.
func NewRewriter(target Output) *Rewriter {
	return &Rewriter{Buffer: bufio.NewWriterSize(target, BufferBytes), target: target}
}

// Write implements [io.Writer].
func (r *Rewriter) Write(p []byte) (int, error) {
	n, err := r.Buffer.Write(p)
	r.Offset += int64(n)

	return n, err
}

// Put ignores errors, because a bufio.Writer keeps its first error for Flush.
func (r *Rewriter) Put(p []byte) { _, _ = r.Write(p) }

// PutSize overwrites a RIFF size of 32 bits.
func (r *Rewriter) PutSize(offset, size int64) error {
	return r.Overwrite(offset, binary.LittleEndian.AppendUint32(nil, uint32(size))) //nolint:gosec // Callers check that it fits.
}

// Overwrite overwrites the bytes at an offset.
func (r *Rewriter) Overwrite(offset int64, data []byte) error {
	if err := r.Buffer.Flush(); err != nil {
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

// Insert inserts bytes before an offset.
func (b *Buffer) Insert(offset int64, data []byte) {
	behind := len(b.data)
	b.data = append(b.data, data...)
	copy(b.data[offset+int64(len(data)):], b.data[offset:behind])
	copy(b.data[offset:], data)
}

// Bytes returns all bytes that were written.
func (b *Buffer) Bytes() []byte { return b.data }

// Len returns the number of bytes that were written.
func (b *Buffer) Len() int { return len(b.data) }

// Flush writes the buffered bytes.
func Flush(out *bufio.Writer) error {
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the sanitized image: %w", err)
	}

	return nil
}
