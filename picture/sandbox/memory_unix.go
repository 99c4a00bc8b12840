//go:build linux || darwin

package sandbox

import "golang.org/x/sys/unix"

// reserve takes address space, or returns nil. It is the kernel's, not the garbage
// collector's: it is zero, costs nothing until it is touched, and goes back at once.
func reserve(size uint64) []byte {
	const largest = 1 << 32 // What WebAssembly can address.

	space, err := unix.Mmap(-1, 0, int(min(size, largest)),
		unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE|unix.MAP_NORESERVE)
	if err != nil {
		return nil
	}

	return space
}

func release(space []byte) {
	if space != nil {
		_ = unix.Munmap(space) // What was mapped can be unmapped.
	}
}
