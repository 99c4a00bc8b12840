package container_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"triptych/picture/metadata/container"
)

// counted counts the reads of a file.
type counted struct {
	*bytes.Reader

	reads int
}

func (c *counted) ReadAt(p []byte, offset int64) (int, error) {
	c.reads++

	return c.Reader.ReadAt(p, offset)
}

// TestWindow_At checks that a window reads a file in few pieces, and ends where the file
// ends.
func TestWindow_At(t *testing.T) {
	file := make([]byte, 300<<10)
	for i := range file {
		file[i] = byte(i * 7 >> 3)
	}

	source := &counted{Reader: bytes.NewReader(file)}
	view := container.NewWindow(source, int64(len(file)))

	for offset := 0; offset+100 <= len(file); offset += 100 {
		data, err := view.At(int64(offset), 100)
		if err != nil || !bytes.Equal(data, file[offset:offset+100]) {
			t.Fatalf("at %d: %v", offset, err)
		}
	}

	if source.reads > 4 { // 64, 128 and 256 KiB, and one more at a border.
		t.Errorf("%d reads", source.reads)
	}

	if _, err := view.At(int64(len(file))-10, 11); !errors.Is(err, container.ErrEnd) {
		t.Errorf("beyond the end: %v", err)
	}
}

// TestInput_End checks that the end of a file and the error of its source are different.
func TestInput_End(t *testing.T) {
	in := container.NewInput(bytes.NewReader([]byte("abc")))
	if err := in.Fill(make([]byte, 4)); !errors.Is(err, container.ErrEnd) || in.Failed() != nil || in.Offset != 3 {
		t.Errorf("%v, %v, offset %d", err, in.Failed(), in.Offset)
	}

	in = container.NewInput(iotest.ErrReader(io.ErrUnexpectedEOF))
	if err := in.Fill(make([]byte, 4)); errors.Is(err, container.ErrEnd) || !errors.Is(in.Failed(), io.ErrUnexpectedEOF) {
		t.Errorf("%v, %v", err, in.Failed())
	}
}

// TestBuffer_Insert checks insertions at any offset, and that WriteAt writes over bytes
// that exist.
func TestBuffer_Insert(t *testing.T) {
	for offset := range int64(5) {
		buffer := container.NewBuffer(0)
		if _, err := buffer.Write([]byte("abcd")); err != nil {
			t.Fatal(err)
		}

		buffer.Insert(offset, []byte("123456"))

		if want := "abcd"[:offset] + "123456" + "abcd"[offset:]; string(buffer.Bytes()) != want || buffer.Len() != len(want) {
			t.Errorf("at %d: %s, want %s", offset, buffer.Bytes(), want)
		}
	}

	buffer := container.NewBuffer(4)
	if _, err := buffer.WriteAt([]byte("x"), 0); !errors.Is(err, io.ErrShortBuffer) {
		t.Errorf("beyond the end: %v", err)
	}
}

// TestRewriter checks that a size is written over, and that the offset counts all bytes.
func TestRewriter(t *testing.T) {
	target := &container.Buffer{}
	out := container.NewRewriter(target)
	out.Put([]byte("RIFF\x00\x00\x00\x00WEBP"))

	if err := errors.Join(out.PutSize(4, 0x01020304), container.Flush(out.Buffer)); err != nil {
		t.Fatal(err)
	}

	if string(target.Bytes()) != "RIFF\x04\x03\x02\x01WEBP" || out.Offset != 12 {
		t.Errorf("%q, offset %d", target.Bytes(), out.Offset)
	}
}

// TestPrefix checks that a prefix accepts more bytes than it keeps.
func TestPrefix(t *testing.T) {
	prefix := &container.Prefix{Limit: 5}

	for _, part := range []string{"abc", "def", "ghi"} {
		if n, err := prefix.Write([]byte(part)); n != len(part) || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}

	if string(prefix.Bytes()) != "abcde" {
		t.Errorf("kept %q", prefix.Bytes())
	}
}
