package objectstore

import (
	"errors"
	"fmt"
	"io"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
	"os/exec"
	"sync/atomic"

	"triptych/emulator/objectstore/link"
	"triptych/emulator/objectstore/server"
)

// serverVariable is the environment variable that makes a process the server.
const serverVariable = "TRIPTYCH_OBJECT_STORE_SERVER"

// hooked is true if this program has called RunServer, so that it can be the server too.
var hooked atomic.Bool

// RunServer is the server's process: in that process it serves S3 and does not return. In
// any other process it returns at once. A program that opens a store calls RunServer
// before everything else, in main or in TestMain, because the server is the same program,
// started once more.
func RunServer() {
	if os.Getenv(serverVariable) != "" {
		os.Exit(server.Main())
	}

	hooked.Store(true)
}

// process is the running server.
type process struct {
	pid      int
	input    io.Closer     // Its end ends the server.
	stopping atomic.Bool   // The server was asked to end.
	ended    chan struct{} // Closed when the server has ended and all its calls are answered.
	err      error         // Why the process ended; set before ended is closed.
}

// startServer starts the server, which calls c. Its standard error is this process's own.
func startServer(c *calls) (*process, error) {
	if !hooked.Load() {
		return nil, errNotHooked
	}

	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}

	input, toServer, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("make a pipe to the server: %w", err)
	}

	fromServer, output, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make a pipe from the server: %w", err), input.Close(), toServer.Close())
	}

	// The server ends with its input and not with a context.
	command := exec.Command(program) //nolint:gosec,noctx // See above; and it is this program.

	command.Env = append(os.Environ(), serverVariable+"=1")
	command.Stdin, command.Stdout, command.Stderr = input, output, os.Stderr

	// The server has its own copies of its ends of the pipes.
	if err := errors.Join(command.Start(), input.Close(), output.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("start the server %s: %w", program, err), toServer.Close(), fromServer.Close())
	}

	p := &process{pid: command.Process.Pid, input: toServer, ended: make(chan struct{})}

	go p.serve(c, command, fromServer, toServer)

	return p, nil
}

// serve answers the calls of the server until the server ends.
func (p *process) serve(c *calls, command *exec.Cmd, from io.Reader, to io.WriteCloser) {
	defer close(p.ended)

	answered := make(chan struct{})

	go func() {
		defer close(answered)

		methods := rpc.NewServer()
		if err := methods.RegisterName(link.Name, c); err != nil {
			panic("bug: the methods of calls have another form than net/rpc's: " + err.Error())
		}

		methods.ServeCodec(jsonrpc.NewServerCodec(connection{Reader: from, WriteCloser: to}))
	}()

	p.err = command.Wait()

	c.stop() // A call of AwaitStop would wait forever.
	<-answered

	if problem := c.failure(); problem != "" {
		p.err = errors.New(problem) //nolint:err113 // The server's process has worded it.
	}
}

// failure describes the end of a server that should run.
func (p *process) failure() error {
	if p.err != nil {
		return fmt.Errorf("the process of the S3 server, %d, ended: %w", p.pid, p.err)
	}

	return fmt.Errorf("%w: process %d", errEnded, p.pid)
}

// connection joins the two pipes of the server.
type connection struct {
	io.Reader
	io.WriteCloser
}

// kill ends the server if it still runs, and waits for its end.
func (p *process) kill() {
	_ = p.input.Close() // It may be closed already.
	<-p.ended
}
