package lambda

import "syscall"

// attributes puts the process into a process group of its own, so that its child
// processes end with it. The kernel also ends it when the emulator's process ends. For
// the kernel, the parent is the thread that forked; see [spawner].
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
