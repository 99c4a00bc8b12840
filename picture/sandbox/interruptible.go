package sandbox

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// flagAt is the address of the word in an instance's memory that stops it. Compilers to
// WebAssembly put data at 1,024 and above, so no data is stored near the null pointer.
// Code that writes through a null pointer also stops.
const flagAt = 16

// check is inserted at the start of each loop. It traps if the flag is not zero. A load
// and a branch cost almost nothing. wazero's own check leaves the compiled code each time
// and makes a decoder four times slower.
var check = []byte{
	0x41, flagAt, // i32.const
	0x28, 0x02, 0x00, // i32.load, aligned to 4
	0x04, 0x40, // if, without a result
	0x00, // unreachable
	0x0b, // end
}

var errCode = errors.New("WebAssembly that cannot be made interruptible")

// interruptible inserts a check into each loop of a module's code (WebAssembly Core
// Specification 2.0, chapter 5). Code without a loop ends by itself, or because its stack
// is full.
func interruptible(code []byte) ([]byte, error) {
	const header = 8

	if len(code) < header || string(code[:4]) != "\x00asm" {
		return nil, errCode
	}

	made := append(make([]byte, 0, len(code)+len(code)/8), code[:header]...)
	in := &wasmReader{data: code[header:]}

	for len(in.data) > 0 && in.err == nil {
		const sectionOfCode = 10

		section := in.byte()
		content := in.bytes(in.number())

		if section == sectionOfCode {
			content = checkedFunctions(content, in)
		}

		made = append(made, section)
		made = appendSized(made, content)
	}

	return made, in.err
}

// checkedFunctions rewrites the code section, a vector of functions (5.5.13).
func checkedFunctions(content []byte, outer *wasmReader) []byte {
	in := &wasmReader{data: content}
	count := in.number()
	made := binary.AppendUvarint(make([]byte, 0, len(content)+len(content)/8), count)

	for ; count > 0 && in.err == nil; count-- {
		made = appendSized(made, checkedFunction(in.bytes(in.number()), in))
	}

	outer.err = errors.Join(outer.err, in.err)

	return made
}

// checkedFunction rewrites a function: its locals and its instructions (5.5.13).
func checkedFunction(body []byte, outer *wasmReader) []byte {
	in := &wasmReader{data: body}

	for groups := in.number(); groups > 0 && in.err == nil; groups-- {
		in.number() // the number of locals
		in.byte()   // and their type
	}

	made := append(make([]byte, 0, len(body)+len(body)/8), body[:len(body)-len(in.data)]...)

	for len(in.data) > 0 && in.err == nil {
		const loop = 0x03

		from := in.data
		kind := in.byte()
		in.skipImmediates(kind)
		made = append(made, from[:len(from)-len(in.data)]...)

		if kind == loop {
			made = append(made, check...)
		}
	}

	outer.err = errors.Join(outer.err, in.err)

	return made
}

func appendSized(to, content []byte) []byte {
	return append(binary.AppendUvarint(to, uint64(len(content))), content...)
}

// wasmReader reads the parts of a module. After an error it returns zero values.
type wasmReader struct {
	data []byte
	err  error
}

func (r *wasmReader) fail(why string) {
	r.err = fmt.Errorf("%w: %s", errCode, why)
	r.data = nil
}

func (r *wasmReader) byte() byte {
	one := r.bytes(1)
	if len(one) == 0 {
		return 0
	}

	return one[0]
}

func (r *wasmReader) bytes(n uint64) []byte {
	if n > uint64(len(r.data)) {
		r.fail("it ends too early")

		return nil
	}

	taken := r.data[:n:n]
	r.data = r.data[n:]

	return taken
}

// number reads a LEB128 number of at most 64 bits (5.2.2). For a signed number only the
// length is correct. No caller needs the value of a signed number.
func (r *wasmReader) number() (n uint64) {
	const most = 10 // bytes

	for i := range most {
		if i >= len(r.data) {
			break
		}

		n |= uint64(r.data[i]&0x7f) << (7 * i)

		if r.data[i] < 0x80 {
			r.data = r.data[i+1:]

			return n
		}
	}

	r.fail("a number is broken")

	return 0
}
