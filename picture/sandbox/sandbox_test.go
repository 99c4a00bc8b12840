package sandbox_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"triptych/picture/sandbox"
)

// code is a library, written by hand, with two functions: spin never ends, and malloc
// allocates pages of memory. Its sections are types, functions, memories, exports and
// code.
const code = "\x00asm\x01\x00\x00\x00" +
	"\x01\x09\x02\x60\x00\x00\x60\x01\x7f\x01\x7f" +
	"\x03\x03\x02\x00\x01" +
	"\x05\x03\x01\x00\x01" +
	"\x07\x1a\x03\x06memory\x02\x00\x04spin\x00\x00\x06malloc\x00\x01" +
	"\x0a\x10\x02" +
	"\x07\x00\x03\x40\x0c\x00\x0b\x0b" + // loop; br 0; end; end
	"\x06\x00\x20\x00\x40\x00\x0b" // local.get 0; memory.grow; end

func library(t *testing.T, code string) *sandbox.Library {
	t.Helper()

	var packed bytes.Buffer

	writer := gzip.NewWriter(&packed)
	if _, err := writer.Write([]byte(code)); err != nil {
		t.Fatal(err)
	}

	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}

	return sandbox.New(codeOf(packed.Bytes()))
}

// codeOf returns the code of a library with its correct hash.
func codeOf(packed []byte) sandbox.Code {
	sum := sha256.Sum256(packed)

	return sandbox.Code{Name: "lib", Packed: packed, SHA256: hex.EncodeToString(sum[:])}
}

func start(ctx context.Context, t *testing.T, maxBytes int64) *sandbox.Instance {
	t.Helper()

	instance, err := library(t, code).Start(ctx, maxBytes)
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(instance.Close)

	return instance
}

func TestInstance_Call_stopsWithItsContext(t *testing.T) {
	// A garbage collection that has to stop all goroutines would wait for the call, and the
	// context would never end: see the comment of the package.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))

	runtime.GC() // It ends a collection that is in progress.

	ctx, end := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer end()

	begun := time.Now()

	_, err := start(ctx, t, 1<<20).Call(ctx, "spin")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}

	if took := time.Since(begun); took > time.Minute {
		t.Errorf("it took %s", took)
	}
}

func TestInstance_memoryLimit(t *testing.T) {
	ctx := context.Background()
	instance := start(ctx, t, 4<<16) // pages of 64 KiB, one of which exists already

	for _, pages := range []uint64{1, 2} {
		if _, err := instance.Call(ctx, "malloc", pages); err != nil || instance.Starved() {
			t.Fatalf("%d pages: %v", pages, err)
		}
	}

	if got, err := instance.Call(ctx, "malloc", 1); err != nil || int32(got) != -1 || !instance.Starved() {
		t.Errorf("a page too many: %d, %v", int32(got), err)
	}

	if _, err := instance.Bytes(4<<16-1, 2); err == nil {
		t.Error("bytes after the end were returned")
	}

	if _, err := instance.Put(ctx, make([]byte, 1<<20)); err == nil {
		t.Error("a megabyte was put into four pages")
	}

	if _, err := library(t, code).Start(ctx, 1000); !errors.Is(err, sandbox.ErrMemory) {
		t.Errorf("less memory than it begins with: %v", err)
	}
}

func TestInstance_isolation(t *testing.T) {
	ctx := context.Background()
	shared := library(t, code)

	one, err := shared.Start(ctx, 1<<20)
	if err != nil {
		t.Fatal(err)
	}

	defer one.Close()

	other, err := shared.Start(ctx, 1<<20)
	if err != nil {
		t.Fatal(err)
	}

	defer other.Close()

	mine, err := one.Bytes(100, 1)
	if err != nil {
		t.Fatal(err)
	}

	mine[0] = 7

	if theirs, err := other.Bytes(100, 1); err != nil || theirs[0] != 0 {
		t.Errorf("%v, %v", theirs, err)
	}
}

// TestLibrary_hash changes one bit in the header of gzip. Decompression ignores this bit,
// so only the hash shows the change.
func TestLibrary_hash(t *testing.T) {
	var packed bytes.Buffer

	writer := gzip.NewWriter(&packed)
	if _, err := writer.Write([]byte(code)); err != nil {
		t.Fatal(err)
	}

	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}

	const operatingSystem = 9 // RFC 1952, 2.3

	library := codeOf(packed.Bytes())
	if err := sandbox.New(library).Prepare(); err != nil {
		t.Fatalf("with its hash: %v", err)
	}

	library.Packed[operatingSystem] ^= 1
	if err := sandbox.New(library).Prepare(); err == nil || !strings.Contains(err.Error(), "unpack lib: the SHA-256") {
		t.Errorf("with another bit: got %v", err)
	}
}

func TestLibrary_invalid(t *testing.T) {
	for name, broken := range map[string]string{
		"text": "hello, world", "nothing": "", "cut": code[:len(code)-3],
		"an unknown instruction": strings.Replace(code, "\x40\x0c", "\x40\xfe", 1),
	} {
		if err := library(t, broken).Prepare(); err == nil || !strings.Contains(err.Error(), "lib") {
			t.Errorf("%s: got %v", name, err)
		}
	}

	if err := sandbox.New(codeOf([]byte("not packed"))).Prepare(); err == nil {
		t.Error("data that is not compressed was accepted")
	}

	if _, err := start(context.Background(), t, 1<<20).Call(context.Background(), "missing"); err == nil {
		t.Error("a missing function was called")
	}
}
