//go:build !windows

package command

import (
	"fmt"
	"os"
	"path/filepath"

	"triptych/cli/internal/target"
	"triptych/emulator/inject"
	"triptych/emulator/stack"
)

// stackConfig converts the flags to the configuration of the stack. All paths are
// absolute.
func (s *session) stackConfig(options upOptions) (stack.Config, error) {
	var (
		config = stack.Config{Name: s.stack}
		err    error
	)

	if config.AWSAddr, err = address("--aws", options.aws); err != nil {
		return config, err
	}

	if config.CDNAddr, err = address("--cdn", options.cdn); err != nil {
		return config, err
	}

	if _, config.Recipe, err = readRecipe(options.recipe); err != nil {
		return config, err
	}

	if config.Data, err = filepath.Abs(options.data); err != nil {
		return config, fmt.Errorf("locate %s: %w", options.data, err)
	}

	config.SignedViewing = options.signedViewing
	config.Hosts, config.CORSOrigins = options.hosts, options.corsOrigins
	config.LambdaConcurrency = options.lambdaConcurrency

	if options.lambdaConcurrency < 0 {
		return config, wrongUsage("--lambda-concurrency is %d: it must not be negative", options.lambdaConcurrency)
	}

	if config.InvalidationTime = options.invalidationTime; config.InvalidationTime <= 0 {
		return config, wrongUsage("--invalidation-time %v: it must be more than 0", config.InvalidationTime)
	}

	if config.KeepExecutions = options.keepExecutions; config.KeepExecutions < 1 {
		return config, wrongUsage("--keep-executions %d: it must be at least 1", config.KeepExecutions)
	}

	if options.cdnKeys != "" {
		if config.CDNKeys, err = filepath.Abs(options.cdnKeys); err != nil {
			return config, fmt.Errorf("locate %s: %w", options.cdnKeys, err)
		}
	}

	if config.FunctionsDir, err = functionsFolder(options.functions); err != nil {
		return config, err
	}

	if options.inject != "" {
		text, err := os.ReadFile(options.inject)
		if err != nil {
			return config, fmt.Errorf("read the fault plan: %w", err)
		}

		if config.Faults, err = inject.Parse(text); err != nil {
			return config, wrongUsage("%s: %w", options.inject, err)
		}
	}

	return config, nil
}

// functionsFolder returns the folder of the functions' binaries:
// {folder}/{name}/bootstrap.
func functionsFolder(given string) (string, error) {
	folder := given

	if folder == "" {
		executable, err := os.Executable()
		if err != nil {
			return "", fmt.Errorf("find the functions beside this program: %w", err)
		}

		// The program on the PATH may be a link. The binaries are next to the target of the
		// link, because `make build` writes both to one folder.
		if resolved, err := filepath.EvalSymlinks(executable); err == nil {
			executable = resolved
		}

		folder = filepath.Join(filepath.Dir(executable), "functions")
	}

	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return "", &target.Problem{
			What: "the functions are not at " + folder, Do: "build them with `make build`, or name their folder with --functions", Cause: err,
		}
	}

	absolute, err := filepath.Abs(folder)
	if err != nil {
		return "", fmt.Errorf("locate %s: %w", folder, err)
	}

	return absolute, nil
}
