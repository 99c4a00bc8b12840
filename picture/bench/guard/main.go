// Command guard does one job of the image engine on one thread, so that a program such as
// valgrind counts the instructions of the job. `make check-bench` compares the counts with
// the file baseline-{architecture}.txt beside this file.
//
//	guard list
//	guard JOB FILE
//
// The job "start" does nothing: its count is that of the start-up of a process.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"

	"golang.org/x/sys/cpu"

	"triptych/picture"
)

// errUsage is the help.
var errUsage = errors.New("usage: guard list | guard JOB FILE")

// job is one cell of the comparison: a file of samples/, and the variants of it.
type job struct {
	name, file string
	variants   []picture.Spec
}

const quality = 80

// jobs are cells of docs/performance.md, with a small photo of each format, because a
// program under valgrind takes about 50 times as long.
var jobs = []job{
	{"start", "rocket.jpg", nil},
	{"jpeg-thumbnail", "rocket.jpg", []picture.Spec{{Name: "a", Width: 160, Height: 160, Fit: picture.Cover, Format: picture.JPEG, Quality: quality}}},
	{"jpeg-three-variants", "rocket.jpg", []picture.Spec{
		{Name: "a", Width: 160, Height: 160, Fit: picture.Cover, Format: picture.JPEG, Quality: quality},
		{Name: "b", Width: 320, Fit: picture.Inside, Format: picture.JPEG, Quality: quality},
		{Name: "c", Width: 480, Fit: picture.Inside, Format: picture.JPEG, Quality: quality},
	}},
	{"jpeg-to-webp", "rocket.jpg", []picture.Spec{{Name: "a", Width: 320, Fit: picture.Inside, Format: picture.WebP, Quality: quality}}},
	{"png-to-jpeg", "chelsea.png", []picture.Spec{{Name: "a", Width: 320, Fit: picture.Inside, Format: picture.JPEG, Quality: quality}}},
	{"png-to-png", "coffee.png", []picture.Spec{{Name: "a", Width: 320, Fit: picture.Inside, Format: picture.PNG}}},
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "guard:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) == 1 && arguments[0] == "list" {
		return list()
	}

	const want = 2
	if len(arguments) != want {
		return errUsage
	}

	// One thread, and no garbage collection: both would make the count depend on time.
	runtime.GOMAXPROCS(1)
	debug.SetGCPercent(-1)

	source, err := os.ReadFile(arguments[1]) //nolint:gosec // The caller names the file.
	if err != nil {
		return fmt.Errorf("read the photo: %w", err)
	}

	for _, job := range jobs {
		if job.name != arguments[0] || len(job.variants) == 0 {
			continue
		}

		if _, err := picture.Process(context.Background(), source, job.variants...); err != nil {
			return fmt.Errorf("process %s: %w", arguments[1], err)
		}
	}

	return nil
}

// list prints the architecture with its instruction set, and then each job and its file.
func list() error {
	architecture := runtime.GOARCH
	if cpu.X86.HasAVX2 {
		architecture += "-avx2"
	}

	if _, err := fmt.Fprintln(os.Stdout, architecture); err != nil {
		return fmt.Errorf("print the architecture: %w", err)
	}

	for _, job := range jobs {
		if _, err := fmt.Fprintln(os.Stdout, job.name, job.file); err != nil {
			return fmt.Errorf("print a job: %w", err)
		}
	}

	return nil
}
