// Package sandbox runs C libraries that were compiled to WebAssembly, such as decoders of
// formats that are too large to rewrite in Go. An attack by a hostile file on such a
// library stays inside the sandbox:
//
//   - The library has only its own memory, with a limit: see [Library.Start]. An allocation
//     beyond the limit fails.
//   - It has no files, no network and no environment. WASI gives it only a clock and random
//     numbers.
//   - It stops when its context ends, whatever it is doing, with one exception: Go's
//     runtime cannot interrupt the compiled code. If the garbage collector has to stop all
//     goroutines during a call, it waits for the call, and no timer of the process fires
//     until the call returns. An endless loop then ends only with the process.
//
// Each task gets an instance of its own with fresh memory, which is returned to the
// system at its end. A process compiles the code when it is first needed. A process that
// never needs it loses no time.
package sandbox

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// ErrMemory reports that a library needs more memory than its limit.
var ErrMemory = errors.New("the library needs more memory than its limit")

var errHash = errors.New("the SHA-256 of the code is not the expected one")

// Code is the WebAssembly of a library.
type Code struct {
	Name   string // for messages
	Packed []byte // compressed with gzip
	SHA256 string // the hash of Packed, in lower-case hexadecimal
}

// Library runs the code of a library.
type Library struct {
	code    Code
	patches []Patch
	compile func() (*compiled, error)
}

type compiled struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
}

// New returns a library with patches applied to its code. New does not verify or decompress
// the code yet.
func New(code Code, patches ...Patch) *Library {
	library := &Library{code: code, patches: patches}
	library.compile = sync.OnceValues(library.compileOnce)

	return library
}

// Prepare compiles the library. Otherwise the first [Library.Start] does this.
func (l *Library) Prepare() error {
	_, err := l.compile()

	return err
}

func (l *Library) compileOnce() (*compiled, error) {
	code, err := l.unpack()
	if err != nil {
		return nil, err
	}

	for _, patch := range l.patches {
		if code, err = patch.apply(code); err != nil {
			return nil, fmt.Errorf("prepare %s: %w", l.code.Name, err)
		}
	}

	code, err = interruptible(code)
	if err != nil {
		return nil, fmt.Errorf("prepare %s: %w", l.code.Name, err)
	}

	// The runtime lives longer than any call.
	ctx := context.Background()
	runtime := wazero.NewRuntime(ctx)

	if _, err := wasi_snapshot_preview1.Instantiate(ctx, runtime); err != nil {
		return nil, fmt.Errorf("prepare %s: %w", l.code.Name, err)
	}

	module, err := runtime.CompileModule(ctx, code)
	if err != nil {
		return nil, fmt.Errorf("compile %s: %w", l.code.Name, err)
	}

	return &compiled{runtime: runtime, module: module}, nil
}

// unpack decompresses the code. It verifies the hash first, which takes less than a
// hundredth of the time of compiling.
func (l *Library) unpack() ([]byte, error) {
	if sum := sha256.Sum256(l.code.Packed); hex.EncodeToString(sum[:]) != l.code.SHA256 {
		return nil, fmt.Errorf("unpack %s: %w: %x", l.code.Name, errHash, sum)
	}

	reader, err := gzip.NewReader(bytes.NewReader(l.code.Packed))
	if err != nil {
		return nil, fmt.Errorf("unpack %s: %w", l.code.Name, err)
	}

	code, err := io.ReadAll(reader)
	if err := errors.Join(err, reader.Close()); err != nil {
		return nil, fmt.Errorf("unpack %s: %w", l.code.Name, err)
	}

	return code, nil
}

// Instance is a running library for one caller. [Instance.Close] ends it.
type Instance struct {
	name   string
	module api.Module
	memory *bounded
}

// Start makes an instance with at most maxBytes of memory, including the data of its
// code.
func (l *Library) Start(ctx context.Context, maxBytes int64) (*Instance, error) {
	code, err := l.compile()
	if err != nil {
		return nil, err
	}

	const pageBytes = 1 << 16

	for _, memory := range code.module.ExportedMemories() {
		if int64(memory.Min())*pageBytes > maxBytes {
			return nil, fmt.Errorf("start %s: %w", l.code.Name, ErrMemory)
		}
	}

	memory := &bounded{limit: uint64(max(0, maxBytes))}
	ctx = experimental.WithMemoryAllocator(ctx, memory)

	// Without a name, any number of instances can exist at the same time.
	module, err := code.runtime.InstantiateModule(ctx, code.module, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		memory.Free()

		return nil, fmt.Errorf("start %s: %w", l.code.Name, memory.explain(ctx, err))
	}

	return &Instance{name: l.code.Name, module: module, memory: memory}, nil
}

// Close returns the instance's memory. Slices of [Instance.Bytes] become invalid.
func (i *Instance) Close() { _ = i.module.Close(context.Background()) } // It cannot fail.

// Call calls one of the library's functions, which returns one number or nothing.
func (i *Instance) Call(ctx context.Context, function string, arguments ...uint64) (uint64, error) {
	exported := i.module.ExportedFunction(function)
	if exported == nil {
		return 0, fmt.Errorf("%s has no function %s", i.name, function)
	}

	if err := ctx.Err(); err != nil {
		return 0, err
	}

	watch := context.AfterFunc(ctx, i.memory.stop)
	defer watch()

	results, err := exported.Call(ctx, arguments...)
	if err != nil {
		return 0, fmt.Errorf("%s: %s: %w", i.name, function, i.memory.explain(ctx, err))
	}

	if len(results) == 0 {
		return 0, nil
	}

	return results[0], nil
}

// Alloc allocates n bytes of the instance's memory, and returns their address.
func (i *Instance) Alloc(ctx context.Context, n int64) (uint64, error) {
	if n < 0 || n > math.MaxInt32 {
		return 0, fmt.Errorf("%s: allocate %d bytes: %w", i.name, n, ErrMemory)
	}

	at, err := i.Call(ctx, "malloc", uint64(n))
	if err != nil {
		return 0, err
	}

	if at == 0 {
		return 0, fmt.Errorf("%s: allocate %d bytes: %w", i.name, n, ErrMemory)
	}

	return at, nil
}

// Put allocates memory in the instance, copies data there, and returns its address.
func (i *Instance) Put(ctx context.Context, data []byte) (uint64, error) {
	at, err := i.Alloc(ctx, int64(len(data)))
	if err != nil {
		return 0, err
	}

	room, err := i.Bytes(at, int64(len(data)))
	if err != nil {
		return 0, err
	}

	copy(room, data)

	return at, nil
}

// Bytes returns a part of the instance's memory itself. It is valid until the next call
// or Close.
func (i *Instance) Bytes(at uint64, n int64) ([]byte, error) {
	if at > math.MaxUint32 || n < 0 || n > math.MaxUint32 {
		return nil, fmt.Errorf("%s: no memory of %d bytes at %d", i.name, n, at)
	}

	data, ok := i.module.Memory().Read(uint32(at), uint32(n))
	if !ok {
		return nil, fmt.Errorf("%s: no memory of %d bytes at %d", i.name, n, at)
	}

	return data, nil
}

// Starved reports that an allocation of the library failed, whether or not the library
// handled that.
func (i *Instance) Starved() bool { return i.memory.refused }
