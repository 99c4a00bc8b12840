package lambda

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

const (
	headerTimeout = 10 * time.Second // For the header of a Runtime API request.
	pipeGrace     = time.Second      // For the output that is still in the pipes of a process that has exited.
)

// instance is one process of one function.
type instance struct {
	function *Function
	pool     *functionPool // The function's part of the pool.
	build    os.FileInfo   // The executable that it runs.
	stream   string        // The name of its log stream.
	cmd      *exec.Cmd
	server   *http.Server

	work   chan *invocation // At most one invocation.
	ready  chan struct{}    // Closed at the first /next: the process is initialized.
	exited chan struct{}    // Closed when the process has exited.

	reports func(line string) // Receives the line after each invocation.
	freed   func(*instance)   // Called at every /next except the first.

	idleSince time.Time   // The pool uses this field and the next one.
	reaper    *time.Timer // Ends the instance when it was idle for too long.

	peak     atomic.Int64 // The peak memory of the process in bytes, as of the last check.
	exceeded atomic.Bool  // The process has used more memory than its function has.

	mu        sync.Mutex
	current   *invocation
	last      *invocation // The one whose log the output belongs to.
	asked     bool        // The process has asked for its first invocation.
	initError []byte      // What the process posted to /init/error.
}

// launch starts a process and its Runtime API.
func (s *Service) launch(functionPool *functionPool) (*instance, error) {
	f := functionPool.function

	build, err := os.Stat(f.Executable)
	if err != nil {
		return nil, err
	}

	var config net.ListenConfig

	listener, err := config.Listen(s.ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the runtime of %s: %w", f.Name, err)
	}

	stream := newStream(time.Now(), f.version)
	in := &instance{
		function: f, pool: functionPool, build: build, stream: stream,
		work: make(chan *invocation, 1), ready: make(chan struct{}), exited: make(chan struct{}),
		freed: s.pool.put,
		reports: func(line string) {
			s.config.Report(f.Name, line)
			s.config.Stream(f.LogGroup, stream, line)
		},
	}
	// No IdleTimeout: between /next and the response a connection is idle for as long as
	// an invocation takes, and no connection outlives the process.
	in.server = &http.Server{Handler: in.runtimeAPI(), ReadHeaderTimeout: headerTimeout, ErrorLog: discardLog}

	output := &lines{emit: func(line string) {
		s.log(f, stream, line)
		in.addToTail(line)
	}}
	in.cmd = exec.CommandContext(context.WithoutCancel(s.ctx), f.Executable) //nolint:gosec // It runs the configured function.
	in.cmd.Dir = filepath.Dir(f.Executable)
	in.cmd.Env = s.environment(f, listener.Addr().String(), stream)
	in.cmd.Stdout = output
	in.cmd.Stderr = output
	in.cmd.WaitDelay = pipeGrace

	if err := s.spawner.start(in.cmd); err != nil {
		_ = listener.Close() // No client has connected yet.

		return nil, err
	}

	s.running.Go(func() { _ = in.server.Serve(listener) }) // Ends by Close, below.
	s.running.Go(func() {
		_ = in.cmd.Wait() // cmd.ProcessState has the exit status.

		output.flush()
		close(in.exited)
		_ = in.server.Close()
		s.pool.remove(in)
	})

	return in, nil
}

// newStream returns the name of a log stream of a version; "" means $LATEST.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
func newStream(at time.Time, version string) string {
	return at.UTC().Format("2006/01/02") + "/[" + cmp.Or(version, latest) + "]" + strings.ReplaceAll(uuid.NewString(), "-", "")
}

// log passes on a line.
func (s *Service) log(f *Function, stream, line string) {
	s.config.Log(f.Name, line)
	s.config.Stream(f.LogGroup, stream, line)
}

// environment returns the variables that Lambda sets, and the function's own.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
func (s *Service) environment(f *Function, api, stream string) []string {
	environment := []string{
		"AWS_LAMBDA_RUNTIME_API=" + api,
		"AWS_LAMBDA_FUNCTION_NAME=" + f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION=" + cmp.Or(f.version, latest),
		fmt.Sprintf("AWS_LAMBDA_FUNCTION_MEMORY_SIZE=%d", f.MemoryMB),
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME=" + f.LogGroup,
		"AWS_LAMBDA_LOG_STREAM_NAME=" + stream,
		"AWS_REGION=" + s.config.Region,
		"AWS_DEFAULT_REGION=" + s.config.Region,
		"LAMBDA_TASK_ROOT=" + filepath.Dir(f.Executable),
		"_HANDLER=bootstrap",
		"LANG=en_US.UTF-8",
		"TZ=:UTC",
		"PATH=/usr/local/bin:/usr/bin:/bin",
	}

	for name, value := range f.Env {
		environment = append(environment, name+"="+value)
	}

	if f.role != "" { // The role's credentials come last, so that they prevail.
		for name, value := range s.config.Creation.Environment(f.role) {
			environment = append(environment, name+"="+value)
		}
	}

	return environment
}

// stale reports whether the executable was replaced after the start of the process. An
// executable that is missing at the moment, because it is being replaced, does not count.
func (in *instance) stale() bool {
	now, err := os.Stat(in.function.Executable) //nolint:gosec // As it was configured.

	return err == nil && (!os.SameFile(now, in.build) || !now.ModTime().Equal(in.build.ModTime()) || now.Size() != in.build.Size())
}

// addToTail adds a line of the process to the log of its last invocation.
func (in *instance) addToTail(line string) {
	in.mu.Lock()
	v := in.last
	in.mu.Unlock()

	if v != nil {
		v.log.add(line)
	}
}

// kill ends the process, if it has not exited yet.
func (in *instance) kill() {
	select {
	case <-in.exited:
	default:
		killGroup(in.cmd)
	}
}

// initialized waits until the process asks for its first invocation. If that fails, it
// returns the result of the invocation that waits.
func (in *instance) initialized(requestID string, limit time.Duration) (Result, bool) {
	timer := time.NewTimer(limit)
	defer timer.Stop()

	look := time.NewTicker(memoryInterval)
	defer look.Stop()

	for {
		select {
		case <-in.ready:
			return Result{}, true
		case <-look.C:
			in.overLimit() // If it is, the process exits.
		case <-in.exited:
			in.mu.Lock()
			defer in.mu.Unlock()

			if in.initError != nil {
				return Result{Payload: in.initError, FunctionError: unhandled}, false
			}

			return exited(requestID, in.cmd.ProcessState), false
		case <-timer.C:
			in.kill()

			return timedOut(requestID, limit), false
		}
	}
}

// serve gives the invocation to the process and waits until the process is free again or
// has exited. It returns false if the process exited before it took the invocation: then
// another instance may run it.
func (in *instance) serve(v *invocation) bool {
	began := time.Now()
	v.deadline = began.Add(v.timeout)

	defer func() {
		if v.wasTaken() {
			line := in.report(v, began)
			in.reports(line)
			v.log.end("END RequestId: " + v.requestID + "\n" + line + "\n")
		}
	}()

	cut, stop := v.cutTimer()
	defer stop()

	in.work <- v

	timer := time.NewTimer(v.timeout)
	defer timer.Stop()

	look := time.NewTicker(memoryInterval)
	defer look.Stop()

	for {
		select {
		case <-look.C:
			in.overLimit() // If it is, the process exits.

			continue
		case <-v.freed:
		case <-in.exited:
			if !v.wasTaken() {
				return false
			}

			v.answer(exited(v.requestID, in.cmd.ProcessState))
		case <-timer.C:
			v.answer(timedOut(v.requestID, v.timeout))
			in.kill()
		case <-cut:
			if v.wasTaken() {
				in.cut(v)
			} else {
				cut = time.After(time.Millisecond) // The process does not have the invocation yet; try again soon.
			}

			continue
		}

		return true
	}
}
