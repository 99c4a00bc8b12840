package lambda

import "syscall"

// attributes put the process into a group of its own, so that what it starts
// ends with it, and let the kernel end it when our process is gone. The kernel
// means the thread that forked, hence [spawner].
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
