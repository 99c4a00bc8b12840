//go:build unix && !linux

package lambda

import "syscall"

// attributes put the process into a group of its own, so that what it starts
// ends with it.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
