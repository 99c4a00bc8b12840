package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// sharpVersion is the release of sharp in the comparison.
const sharpVersion = "0.35.5"

var (
	//go:embed sharp.js
	sharpWorker string
	//go:embed pillow.py
	pillowWorker string
)

// The engines' names.
const (
	nameOurs  = "triptych"
	nameSharp = "sharp"
)

// engine describes how to start a worker.
type engine struct {
	name    string
	label   string // including its version
	command func(ctx context.Context, threads int) (*exec.Cmd, error)
}

// available finds the engines on this machine, Triptych first, and logs which are
// missing.
func available(ctx context.Context, cache string, log io.Writer) []engine {
	engines := []engine{{name: nameOurs, label: nameOurs, command: startOurs}}

	sharp, err := findSharp(ctx, cache)
	if err != nil {
		fmt.Fprintf(log, "sharp is not available, so there are no ratios: %v.\n", err)
	} else {
		engines = append(engines, sharp)
	}

	pillows := findPillows(ctx)
	if len(pillows) == 0 {
		fmt.Fprintln(log, "Pillow is not available: no Python on this machine has it (Debian: python3-pil).")
	}

	engines = append(engines, pillows...)

	labels := make([]string, len(engines))
	for i, found := range engines {
		labels[i] = found.label
	}

	fmt.Fprintf(log, "Engines: %s\n", strings.Join(labels, ", "))

	return engines
}

// startOurs runs this program as a worker. GOMAXPROCS limits the threads of Go, including
// the garbage collector's.
func startOurs(ctx context.Context, threads int) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}

	command := exec.CommandContext(ctx, self, workerArgument) //nolint:gosec // The program itself.

	command.Env = append(os.Environ(), "GOMAXPROCS="+strconv.Itoa(threads))

	return command, nil
}

// findSharp finds sharp in the cache, and installs it there the first time.
func findSharp(ctx context.Context, cache string) (engine, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return engine{}, fmt.Errorf("find node: %w", err)
	}

	folder := filepath.Join(cache, "sharp-"+sharpVersion)
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "sharp", "package.json")); err != nil {
		if err := installSharp(ctx, folder); err != nil {
			return engine{}, err
		}
	}

	return engine{
		name:  nameSharp,
		label: nameSharp + " " + sharpVersion,
		command: func(ctx context.Context, threads int) (*exec.Cmd, error) {
			// libuv's pool runs pipelines, and libvips' threads work within one pipeline.
			command := exec.CommandContext(ctx, node, "-e", sharpWorker, "--", folder, strconv.Itoa(threads)) //nolint:gosec // The path is from LookPath.
			command.Env = append(os.Environ(), "UV_THREADPOOL_SIZE="+strconv.Itoa(threads))

			return command, nil
		},
	}, nil
}

func installSharp(ctx context.Context, folder string) error {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return fmt.Errorf("make a folder for sharp: %w", err)
	}

	install := exec.CommandContext(ctx, "npm", "install", "--no-audit", "--no-fund", "--prefix", folder, "sharp@"+sharpVersion) //nolint:gosec // Our own folder.
	if said, err := install.CombinedOutput(); err != nil {
		return fmt.Errorf("npm install sharp: %w: %s", err, strings.TrimSpace(string(said)))
	}

	return nil
}

// findPillows searches for Pillow in the system's Python, and in the Python that PATH
// finds.
func findPillows(ctx context.Context) []engine {
	const system = "/usr/bin/python3"

	var found []engine

	for _, python := range []string{system, "python3"} {
		path, err := exec.LookPath(python)
		if err != nil || python != system && path == system {
			continue
		}

		version, err := exec.CommandContext(ctx, path, "-c", "import PIL; print(PIL.__version__)").Output() //nolint:gosec // The path is from LookPath.
		if err != nil {
			continue
		}

		name := "pillow"
		if python != system {
			name = "pillow of the path"
		}

		found = append(found, engine{
			name:  name,
			label: fmt.Sprintf("%s %s (%s)", name, strings.TrimSpace(string(version)), path),
			command: func(ctx context.Context, _ int) (*exec.Cmd, error) {
				return exec.CommandContext(ctx, path, "-c", pillowWorker), nil //nolint:gosec // As above.
			},
		})
	}

	return found
}

// cacheFolder returns the folder that keeps sharp and the generated images.
func cacheFolder() (string, error) {
	caches, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache folder: %w", err)
	}

	folder := filepath.Join(caches, "triptych-bench")
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return "", fmt.Errorf("make the cache folder: %w", err)
	}

	return folder, nil
}
