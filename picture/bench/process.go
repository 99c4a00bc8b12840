package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// process is a running worker.
type process struct {
	name    string
	command *exec.Cmd
	input   io.WriteCloser
	replies *bufio.Reader
}

// start runs an engine's worker.
func (e engine) start(ctx context.Context, threads int) (*process, error) {
	command, err := e.command(ctx, threads)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", e.name, err)
	}

	command.Stderr = os.Stderr

	input, err := command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", e.name, err)
	}

	output, err := command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", e.name, err)
	}

	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", e.name, err)
	}

	return &process{name: e.name, command: command, input: input, replies: bufio.NewReader(output)}, nil
}

// do sends a job and waits for its answer.
func (p *process) do(asked request) (answer, error) {
	line, err := json.Marshal(asked)
	if err != nil {
		return answer{}, fmt.Errorf("send a job to %s: %w", p.name, err)
	}

	if _, err := p.input.Write(append(line, '\n')); err != nil {
		return answer{}, fmt.Errorf("send a job to %s: %w", p.name, err)
	}

	text, err := p.replies.ReadBytes('\n')
	if err != nil {
		return answer{}, fmt.Errorf("read the answer of %s: %w", p.name, err)
	}

	var reply answer
	if err := json.Unmarshal(text, &reply); err != nil {
		return answer{}, fmt.Errorf("read the answer of %s: %w", p.name, err)
	}

	if reply.Error != "" {
		return answer{}, fmt.Errorf("%s: %s", p.name, reply.Error)
	}

	return reply, nil
}

// peak returns the peak memory of the process, in kB as Linux counts it, or 0 on other
// systems.
func (p *process) peak() int {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(p.command.Process.Pid) + "/status")
	if err != nil {
		return 0
	}

	for line := range strings.Lines(string(status)) {
		if text, found := strings.CutPrefix(line, "VmHWM:"); found {
			peak, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(text), " kB"))
			if err != nil {
				return 0
			}

			return peak
		}
	}

	return 0
}

// stop closes the process's input, which ends the process.
func (p *process) stop() error {
	return errors.Join(p.input.Close(), p.command.Wait())
}

// once runs a job in a fresh process, and returns the peak memory of the process.
func (e engine) once(ctx context.Context, threads int, asked request) (answer, int, error) {
	worker, err := e.start(ctx, threads)
	if err != nil {
		return answer{}, 0, err
	}

	reply, err := worker.do(asked)
	peak := worker.peak()

	return reply, peak, errors.Join(err, worker.stop())
}
