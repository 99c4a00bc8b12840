package foreign

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// startWithin is the longest time of a server's start. On an idle machine, a start takes
// two seconds.
const startWithin = 60 * time.Second

// Server is a running emulator.
type Server struct {
	Endpoint string // http://127.0.0.1:PORT

	name    string
	process *exec.Cmd
	exited  chan error
	log     string
}

// StartMiniStack runs MiniStack from the programs of a Python environment, and returns
// when it answers. Its files and its log are in folder.
func StartMiniStack(ctx context.Context, programs, folder string) (*Server, error) {
	return start(ctx, "MiniStack", folder, "/_ministack/health", func(host, port string) *exec.Cmd {
		// By default it listens on all interfaces.
		command := exec.Command(filepath.Join(programs, "hypercorn"), "--bind", net.JoinHostPort(host, port), "--keep-alive", "75", "ministack.app:app")
		command.Env = append(os.Environ(),
			"GATEWAY_PORT="+port,
			"MINISTACK_HOST="+host,
			"AWS_ENDPOINT_URL=http://"+net.JoinHostPort(host, port),
			"TMPDIR="+folder,
			"LOG_LEVEL=WARNING",
			"IOT_MTLS_ENABLED=0", // Otherwise it opens another port.
		)

		return command
	})
}

// StartMoto runs moto's server from the programs of a Python environment, and returns
// when it answers.
func StartMoto(ctx context.Context, programs, folder string) (*Server, error) {
	return start(ctx, "moto", folder, "/moto-api/", func(host, port string) *exec.Cmd {
		command := exec.Command(filepath.Join(programs, "moto_server"), "-H", host, "-p", port)

		command.Env = append(os.Environ(), "MOTO_ACCOUNT_ID="+Account, "TMPDIR="+folder)

		return command
	})
}

// start runs an emulator on a free port of the loopback interface.
func start(ctx context.Context, name, folder, health string, command func(host, port string) *exec.Cmd) (*Server, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}

	host, port, _ := net.SplitHostPort(address) // The address comes from net.Listen, so it is valid.
	running := &Server{
		Endpoint: "http://" + address, name: name, exited: make(chan error, 1),
		log: filepath.Join(folder, name+".log"), process: command(host, port),
	}

	log, err := os.Create(running.log)
	if err != nil {
		return nil, fmt.Errorf("create the log of %s: %w", name, err)
	}
	defer log.Close()

	running.process.Dir = folder
	running.process.Stdout, running.process.Stderr = log, log
	// The process gets its own group, so that Stop also ends the functions that it runs.
	running.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}

	if err := running.process.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}

	go func() { running.exited <- running.process.Wait() }()

	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()

	if err := running.await(ctx, health); err != nil {
		running.Stop()

		return nil, fmt.Errorf("%w; its log:\n%s", err, running.Log())
	}

	return running, nil
}

// freeAddress returns an address on which no process listens.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	defer listener.Close()

	return listener.Addr().String(), nil
}

// await returns when a page of the server answers.
func (s *Server) await(ctx context.Context, page string) error {
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Endpoint+page, http.NoBody)
		if err != nil {
			return fmt.Errorf("read %s of %s: %w", page, s.name, err)
		}

		response, err := http.DefaultClient.Do(request)
		if err == nil {
			response.Body.Close()

			if response.StatusCode == http.StatusOK {
				return nil
			}
		}

		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer within %v", s.name, startWithin)
		case err := <-s.exited:
			s.exited <- err

			return fmt.Errorf("%s exited: %w", s.name, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Log returns the end of the server's log.
func (s *Server) Log() string {
	const most = 8 << 10

	text, err := os.ReadFile(s.log)
	if err != nil {
		return err.Error()
	}

	return string(bytes.TrimSpace(text[max(0, len(text)-most):]))
}

// Stop ends the server and all processes that it started.
func (s *Server) Stop() {
	_ = syscall.Kill(-s.process.Process.Pid, syscall.SIGKILL) // The process may have exited.

	err := <-s.exited
	s.exited <- err
}
