package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"

	"triptych/picture"
	"triptych/picture/variant"
)

// workerArgument starts this program as Triptych's worker.
const workerArgument = "worker"

// work runs jobs until its input ends.
func work(input io.Reader, output io.Writer) error {
	lines, replies := bufio.NewScanner(input), json.NewEncoder(output)

	var (
		file string
		data []byte
	)

	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			return fmt.Errorf("read a job: %w", err)
		}

		if asked.File != file {
			read, err := os.ReadFile(asked.File)
			if err != nil {
				return fmt.Errorf("read the photo: %w", err)
			}

			file, data = asked.File, read
		}

		reply, err := perform(asked, data)
		if err != nil {
			reply.Error = err.Error()
		}

		if err := replies.Encode(reply); err != nil {
			return fmt.Errorf("answer: %w", err)
		}
	}

	return lines.Err()
}

// perform runs a job and measures its time.
func perform(asked request, data []byte) (answer, error) {
	begun, spent := time.Now(), cpuTime()

	made, err := makeAll(asked.Decodes, data)
	if err != nil {
		return answer{}, err
	}

	reply := answer{Millis: millis(time.Since(begun)), CPUMillis: millis(cpuTime() - spent)}

	for i, output := range made {
		reply.Bytes += len(output.Data)

		if asked.Out == "" {
			continue
		}

		if err := os.WriteFile(filepath.Join(asked.Out, strconv.Itoa(i)), output.Data, 0o600); err != nil {
			return answer{}, fmt.Errorf("write a variant: %w", err)
		}
	}

	return reply, nil
}

// makeAll runs all decodes of a job. It runs as many at a time as there are threads.
func makeAll(decodes [][]variant.Spec, data []byte) ([]picture.Output, error) {
	var (
		room    = make(chan struct{}, runtime.GOMAXPROCS(0))
		running sync.WaitGroup
		made    = make([][]picture.Output, len(decodes))
		errs    = make([]error, len(decodes))
		all     []picture.Output
	)

	for i, wants := range decodes {
		room <- struct{}{}

		running.Go(func() {
			made[i], errs[i] = picture.Process(context.Background(), data, wants...)

			<-room
		})
	}

	running.Wait()

	for i := range decodes {
		if errs[i] != nil {
			return nil, errs[i]
		}

		all = append(all, made[i]...)
	}

	return all, nil
}

// cpuTime returns the processor time of this process.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}

	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
