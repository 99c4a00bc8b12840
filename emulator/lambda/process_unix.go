//go:build unix && !linux

package lambda

import "syscall"

// attributes puts the process into a process group of its own, so that its child
// processes end with it.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
