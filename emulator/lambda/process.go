//go:build unix

package lambda

import (
	"errors"
	"os/exec"
	"runtime"
	"syscall"
)

// spawner starts processes on one thread that lives as long as the spawner does. The reason
// is the parent-death signal of Linux: a child receives it when the thread that started the
// child ends, even if the other threads of the parent process still run.
type spawner struct {
	requests chan func()
	done     chan struct{}
}

func newSpawner() *spawner {
	s := &spawner{requests: make(chan func()), done: make(chan struct{})}

	go func() {
		runtime.LockOSThread()

		defer runtime.UnlockOSThread()

		for {
			select {
			case start := <-s.requests:
				start()
			case <-s.done:
				return
			}
		}
	}()

	return s
}

// ErrClosed reports that the service was closed before the invocation ended. The outcome
// of the invocation is not known.
var ErrClosed = errors.New("the Lambda service is closed")

func (s *spawner) start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = attributes()
	result := make(chan error, 1)

	select {
	case s.requests <- func() { result <- cmd.Start() }:
		return <-result
	case <-s.done:
		return ErrClosed
	}
}

func (s *spawner) close() { close(s.done) }

// killGroup ends the process and all its child processes. A process that has already
// exited is not an error.
func killGroup(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}
