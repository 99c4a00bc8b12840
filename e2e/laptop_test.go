package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	// startWithin bounds a first start; a test of its own asks for less.
	startWithin = 20 * time.Second
	// stopWithin is what a person at a terminal bears after Ctrl-C.
	stopWithin = 5 * time.Second
)

// laptop is a running `triptych up`.
type laptop struct {
	*target

	Data    string
	Started time.Duration // from the start to the first answer of AWS and of the CDN

	// probing: a function of this laptop tries on purpose what it may not.
	probing bool
	// ended: whoever runs it has stopped or killed it.
	ended bool

	process *exec.Cmd
	log     *logFile
	exited  chan error
}

// logFile collects what `up` writes.
type logFile struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *logFile) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()

	return l.all.Write(text)
}

// Tail is the end of the log.
func (l *logFile) Tail(lines int) string {
	l.mu.Lock()
	defer l.mu.Unlock()

	all := strings.Split(strings.TrimSpace(l.all.String()), "\n")

	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// ports finds free ones below those that the system hands to outgoing connections
// (from 32768 on Linux): a laptop that is killed and started again must find its
// ports unused still.
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

// startLaptop runs `triptych up` on the data folder and returns when it answers.
func startLaptop(binary, data string, options ...string) (*laptop, error) {
	addresses, err := ports(2)
	if err != nil {
		return nil, err
	}

	return startLaptopAt(binary, data, addresses[0], addresses[1], options...)
}

func startLaptopAt(binary, data, awsAddress, cdnAddress string, options ...string) (*laptop, error) {
	arguments := append([]string{"up", "--data", data, "--aws", awsAddress, "--cdn", cdnAddress, "--console", ":0"}, options...)
	up := &laptop{Data: data, log: &logFile{}, exited: make(chan error, 1), process: exec.Command(binary, arguments...)}
	up.process.Stdout, up.process.Stderr = up.log, up.log
	up.process.Dir = filepath.Dir(data)
	// Its own group, so that Ctrl-C at this suite's terminal does not reach it first.
	up.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}

	begun := time.Now()

	if err := up.process.Start(); err != nil {
		return nil, fmt.Errorf("start %s up: %w", binary, err)
	}

	go func() { up.exited <- up.process.Wait() }()

	if err := up.await("http://"+awsAddress, "http://"+cdnAddress); err != nil {
		up.kill()

		return nil, fmt.Errorf("%w; its log ends:\n%s", err, up.log.Tail(40))
	}

	up.Started = time.Since(begun)

	return up, nil
}

// again starts another laptop in the place of one that has ended: on its data, at its
// ports.
func (l *laptop) again(options ...string) (*laptop, error) {
	return startLaptopAt(binary, l.Data, strings.TrimPrefix(l.Endpoint, "http://"), strings.TrimPrefix(l.Stack.CDN, "http://"), options...)
}

// await tries until both doors answer.
func (l *laptop) await(endpoint, cdn string) error {
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

func (l *laptop) answers(ctx context.Context, endpoint, cdn string) error {
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

// stop interrupts `up`, as Ctrl-C does, and expects it to end well and soon.
func (l *laptop) stop() error {
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

// kill ends `up` and nothing else, as a crash or the system would.
func (l *laptop) kill() {
	l.ended = true

	if err := l.process.Process.Kill(); err == nil {
		err := <-l.exited
		l.exited <- err
	}
}
