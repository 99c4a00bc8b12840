// Package sandbox runs C libraries that were compiled to WebAssembly, such as
// decoders of formats that are too large to be written anew. What a hostile file
// makes of such a library stays inside:
//
//   - It has no memory but its own, and of that no more than a bound: see
//     [Library.Start]. A library that asks for more gets none.
//   - It has no files, no network and no environment, only what WASI gives to
//     everybody: a clock and random numbers.
//   - It ends when its context does, whatever it is doing.
//
// Each piece of work gets an instance of its own, with fresh memory that goes back
// to the system at its end. The code is compiled once a process, when it is needed
// first: a process that never needs it loses no time.
package sandbox

import (
	"bytes"
	"compress/gzip"
	"context"
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

// ErrMemory says that a library wanted more memory than it was given.
var ErrMemory = errors.New("the library wants more memory than it may have")

// Library is a library's code.
type Library struct {
	name    string
	packed  []byte
	patches []Patch
	compile func() (*compiled, error)
}

type compiled struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
}

// New is a library of a name, for messages, whose WebAssembly is packed with gzip, and
// to which patches are applied. Nothing is unpacked yet.
func New(name string, packed []byte, patches ...Patch) *Library {
	library := &Library{name: name, packed: packed, patches: patches}
	library.compile = sync.OnceValues(library.compileOnce)

	return library
}

// Prepare compiles the library, which the first [Library.Start] does otherwise.
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
			return nil, fmt.Errorf("prepare %s: %w", l.name, err)
		}
	}

	code, err = interruptible(code)
	if err != nil {
		return nil, fmt.Errorf("prepare %s: %w", l.name, err)
	}

	// It outlives every call.
	ctx := context.Background()
	runtime := wazero.NewRuntime(ctx)

	if _, err := wasi_snapshot_preview1.Instantiate(ctx, runtime); err != nil {
		return nil, fmt.Errorf("prepare %s: %w", l.name, err)
	}

	module, err := runtime.CompileModule(ctx, code)
	if err != nil {
		return nil, fmt.Errorf("compile %s: %w", l.name, err)
	}

	return &compiled{runtime: runtime, module: module}, nil
}

func (l *Library) unpack() ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(l.packed))
	if err != nil {
		return nil, fmt.Errorf("unpack %s: %w", l.name, err)
	}

	code, err := io.ReadAll(reader)
	if err := errors.Join(err, reader.Close()); err != nil {
		return nil, fmt.Errorf("unpack %s: %w", l.name, err)
	}

	return code, nil
}

// Instance is a library at work for one caller. [Instance.Close] ends it.
type Instance struct {
	name   string
	module api.Module
	memory *bounded
}

// Start makes an instance that has at most maxBytes of memory, its code's data
// included.
func (l *Library) Start(ctx context.Context, maxBytes int64) (*Instance, error) {
	code, err := l.compile()
	if err != nil {
		return nil, err
	}

	const pageBytes = 1 << 16

	for _, memory := range code.module.ExportedMemories() {
		if int64(memory.Min())*pageBytes > maxBytes {
			return nil, fmt.Errorf("start %s: %w", l.name, ErrMemory)
		}
	}

	memory := &bounded{limit: uint64(max(0, maxBytes))}
	ctx = experimental.WithMemoryAllocator(ctx, memory)

	// Without a name, any number of them can be there at a time.
	module, err := code.runtime.InstantiateModule(ctx, code.module, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		memory.Free()

		return nil, fmt.Errorf("start %s: %w", l.name, memory.explain(ctx, err))
	}

	return &Instance{name: l.name, module: module, memory: memory}, nil
}

// Close gives back the instance's memory. Slices of [Instance.Bytes] are gone.
func (i *Instance) Close() { _ = i.module.Close(context.Background()) } // It has nothing to fail at.

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

// Alloc takes room for n bytes of the instance's memory, and says where it is.
func (i *Instance) Alloc(ctx context.Context, n int64) (uint64, error) {
	if n < 0 || n > math.MaxInt32 {
		return 0, fmt.Errorf("%s: room for %d bytes: %w", i.name, n, ErrMemory)
	}

	at, err := i.Call(ctx, "malloc", uint64(n))
	if err != nil {
		return 0, err
	}

	if at == 0 {
		return 0, fmt.Errorf("%s: room for %d bytes: %w", i.name, n, ErrMemory)
	}

	return at, nil
}

// Put takes room for data in the instance's memory, copies it there, and says
// where it is.
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

// Bytes is a part of the instance's memory itself, valid until the next call or
// Close.
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

// Starved says that the library was refused memory, whatever it made of that.
func (i *Instance) Starved() bool { return i.memory.refused }
