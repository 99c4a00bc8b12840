// Command triptych uploads photos to a Triptych stack, shows their outcomes, and runs the
// emulator.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"triptych/cli/internal/command"
	"triptych/cli/internal/display"
)

// The linker sets these variables: -X main.version=v1.2.3 -X main.commit=0123456789ab.
var version, commit string

func main() {
	command.RunProcess()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal ends the work cleanly; a second signal kills the process.
	context.AfterFunc(ctx, stop)

	environment := command.Environment{
		In: os.Stdin, Interactive: display.IsTerminal(os.Stdin) && display.IsTerminal(os.Stderr),
		Out: os.Stdout, Err: os.Stderr, Name: os.Args[0], Version: version, Commit: commit,
	}
	os.Exit(command.Run(ctx, os.Args[1:], environment))
}
