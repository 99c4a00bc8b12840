package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	// startWithin is the longest time of a start. It allows for other load on the machine.
	// TestRestart limits the CPU time of a start.
	startWithin = time.Minute
	// stopWithin is the longest time from Ctrl-C to the end of the process. It allows for
	// other load on the machine.
	stopWithin = 30 * time.Second
)

// emulator is a running `triptych up`.
type emulator struct {
	*target

	Data    string
	Started time.Duration // CPU time until the first answer of the AWS port and of the CDN

	// probing says that a function of this emulator makes calls that its policy denies.
	probing bool
	// ended says that the test has stopped or killed it.
	ended bool

	process *exec.Cmd
	log     *logFile
	exited  chan error
}

// logFile collects the output of `up`.
type logFile struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *logFile) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()

	return l.all.Write(text)
}

// Tail returns the end of the log.
func (l *logFile) Tail(lines int) string {
	l.mu.Lock()
	defer l.mu.Unlock()

	all := strings.Split(strings.TrimSpace(l.all.String()), "\n")

	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// ports returns free ports below the range that the system uses for outgoing connections
// (from 32768 on Linux), so that the ports are still free when an emulator is killed and
// started again.
func ports(count int) ([]string, error) {
	const lowest, above, tries = 10240, 32768, 1000

	addresses := make([]string, 0, count)

	for range tries {
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", lowest+rand.IntN(above-lowest)))
		if err != nil {
			continue
		}

		defer listener.Close()

		if addresses = append(addresses, listener.Addr().String()); len(addresses) == count {
			return addresses, nil
		}
	}

	return nil, fmt.Errorf("no %d free ports from %d to %d after %d tries", count, lowest, above, tries)
}

// startEmulator runs `triptych up` on the data folder and returns when it answers.
func startEmulator(binary, data string, options ...string) (*emulator, error) {
	addresses, err := ports(2)
	if err != nil {
		return nil, err
	}

	return startEmulatorAt(binary, data, addresses[0], addresses[1], options...)
}

func startEmulatorAt(binary, data, awsAddress, cdnAddress string, options ...string) (*emulator, error) {
	arguments := append([]string{"up", "--data", data, "--aws", awsAddress, "--cdn", cdnAddress, "--console", ":0"}, options...)
	up := &emulator{Data: data, log: &logFile{}, exited: make(chan error, 1), process: exec.Command(binary, arguments...)}
	up.process.Stdout, up.process.Stderr = up.log, up.log
	up.process.Dir = filepath.Dir(data)
	// The process gets its own group, so that Ctrl-C in the terminal of this suite does
	// not reach it directly.
	up.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}

	if err := up.process.Start(); err != nil {
		return nil, fmt.Errorf("start %s up: %w", binary, err)
	}

	go func() { up.exited <- up.process.Wait() }()

	if err := up.await("http://"+awsAddress, "http://"+cdnAddress); err != nil {
		up.kill()

		return nil, fmt.Errorf("%w; its log ends:\n%s", err, up.log.Tail(40))
	}

	up.Started = cpuTime(up.process.Process.Pid)

	return up, nil
}

// cpuTime returns the CPU time that a process has used, which does not depend on what else
// the machine does. It returns 0 where there is no /proc.
//
// https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: fields 14 and 15, in ticks of
// 10 ms.
func cpuTime(pid int) time.Duration {
	const tick = 10 * time.Millisecond

	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))

	_, rest, _ := strings.Cut(string(text), ") ") // The name of the program, in parentheses, may have spaces.

	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}

	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])

	return time.Duration(user+system) * tick
}

// again starts another emulator in place of one that has ended, with the same data and
// ports.
func (l *emulator) again(options ...string) (*emulator, error) {
	return startEmulatorAt(binary, l.Data, strings.TrimPrefix(l.Endpoint, "http://"), strings.TrimPrefix(l.Stack.CDN, "http://"), options...)
}

// await waits until the AWS port and the CDN answer.
func (l *emulator) await(endpoint, cdn string) error {
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()

	for {
		err := l.answers(ctx, endpoint, cdn)
		if err == nil {
			return nil
		}

		select {
		case <-ctx.Done():
			return fmt.Errorf("triptych up does not answer within %v: %w", startWithin, err)
		case err := <-l.exited:
			l.exited <- err

			return fmt.Errorf("triptych up exited: %w", errors.Join(err, errExited))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

var errExited = errors.New("it should run until it is interrupted")

func (l *emulator) answers(ctx context.Context, endpoint, cdn string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, cdn+"/", http.NoBody)
	if err != nil {
		return err
	}

	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}

	response.Body.Close()

	l.target, err = connect(ctx, l.process.Path, endpoint)

	return err
}

// stop interrupts `up` as Ctrl-C does, and checks that it exits with code 0 within
// stopWithin.
func (l *emulator) stop() error {
	l.ended = true

	if err := l.process.Process.Signal(syscall.SIGINT); err != nil {
		return fmt.Errorf("interrupt triptych up: %w; its log ends:\n%s", err, l.log.Tail(40))
	}

	select {
	case err := <-l.exited:
		if err != nil {
			return fmt.Errorf("triptych up after Ctrl-C: %w; its log ends:\n%s", err, l.log.Tail(40))
		}

		return observed.collect(l.Data, l.probing)
	case <-time.After(stopWithin):
		l.kill()

		return fmt.Errorf("triptych up does not end within %v of Ctrl-C; its log ends:\n%s", stopWithin, l.log.Tail(40))
	}
}

// kill kills only the process of `up`, as a crash or the system would.
func (l *emulator) kill() {
	l.ended = true

	if err := l.process.Process.Kill(); err == nil {
		err := <-l.exited
		l.exited <- err
	}
}
