//go:build linux || darwin

package sandbox

import "golang.org/x/sys/unix"

// reserve reserves address space, or returns nil. The kernel manages this memory, not the
// garbage collector. It is zero, uses no real memory until it is touched, and is returned
// immediately.
func reserve(size uint64) []byte {
	const largest = 1 << 32 // The address space of WebAssembly.

	space, err := unix.Mmap(-1, 0, int(min(size, largest)),
		unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE|unix.MAP_NORESERVE)
	if err != nil {
		return nil
	}

	return space
}

func release(space []byte) {
	if space != nil {
		_ = unix.Munmap(space) // Unmapping a valid mapping does not fail.
	}
}
