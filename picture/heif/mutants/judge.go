package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"
)

//go:embed judge.py
var judgeProgram string

// judge is a process that decodes files with libheif. It is started again after a crash.
type judge struct {
	python  string
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

// shown is the outcome of a program for a file: pixels in RGBA, or an error.
type shown struct {
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Error  string `json:"error"`
	pixels []byte
}

// judgeTime limits the time for one file.
const judgeTime = time.Minute

// decode returns the outcome of libheif. A crash or a hang of the judge is an outcome, too.
func (j *judge) decode(ctx context.Context, file []byte) (shown, error) {
	if j.command == nil {
		if err := j.start(ctx); err != nil {
			return shown{}, err
		}
	}

	timer := time.AfterFunc(judgeTime, func() { _ = j.command.Process.Kill() })
	answer, err := j.ask(file)
	hung := !timer.Stop()

	if err != nil {
		j.stop()

		answer = shown{Error: "the process of libheif crashed"}
		if hung {
			answer.Error = "the process of libheif took too long"
		}
	}

	return answer, ctx.Err()
}

func (j *judge) start(ctx context.Context) error {
	j.command = exec.CommandContext(ctx, j.python, "-c", judgeProgram) //nolint:gosec // The user chose the interpreter.

	in, err := j.command.StdinPipe()

	out, err2 := j.command.StdoutPipe()
	if err := errors.Join(err, err2, j.command.Start()); err != nil {
		return fmt.Errorf("start the judge: %w", err)
	}

	j.in, j.out = in, bufio.NewReader(out)

	return nil
}

func (j *judge) stop() {
	if j.command != nil {
		_ = j.in.Close()
		_ = j.command.Process.Kill()
		_ = j.command.Wait()
		j.command = nil
	}
}

func (j *judge) ask(file []byte) (answer shown, err error) {
	const lengthBytes, each = 4, 4

	request := append(binary.BigEndian.AppendUint32(nil, uint32(len(file))), file...) //nolint:gosec // A small file.
	if _, err := j.in.Write(request); err != nil {
		return shown{}, err
	}

	length := make([]byte, lengthBytes)
	if _, err := io.ReadFull(j.out, length); err != nil {
		return shown{}, err
	}

	text := make([]byte, binary.BigEndian.Uint32(length))
	if _, err := io.ReadFull(j.out, text); err != nil {
		return shown{}, err
	}

	if err := json.Unmarshal(text, &answer); err != nil {
		return shown{}, err
	}

	answer.pixels = make([]byte, each*answer.Width*answer.Height)
	_, err = io.ReadFull(j.out, answer.pixels)

	return answer, err
}
