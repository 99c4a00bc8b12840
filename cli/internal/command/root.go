// Package command implements the commands of `triptych`, one in each file. Each command
// parses its arguments, calls the package that does the work, and prints the outcome: for
// people by default, or as one JSON object on each line with --json. Standard output
// contains only the outcome; progress and errors go to standard error.
package command

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"triptych/cli/internal/display"
	"triptych/cli/internal/target"
)

// Environment has the values that a command gets from its process: the writers for its
// output, and the version of the program.
type Environment struct {
	Out, Err io.Writer
	// Version and Commit identify the program, if the build sets them.
	Version, Commit string
}

// session is one run of the program. It has the environment, and the flags that all commands
// have.
type session struct {
	Environment

	json, local bool
	stack       string
	style       display.Style
}

// Run runs a command line, reports its error, and returns the exit code: see [exitCode].
func Run(ctx context.Context, args []string, environment Environment) int {
	s := &session{Environment: environment, style: display.StyleFor(environment.Out, os.LookupEnv)}

	root := s.root()
	root.SetArgs(args)
	root.SetOut(environment.Out)
	root.SetErr(environment.Err)

	ran, err := root.ExecuteContextC(ctx)
	s.report(ran, err)

	return exitCode(err)
}

func (s *session) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "triptych",
		Short: "Make variants of uploaded photos, and serve them with a CDN",
		Long: `Triptych makes variants of every uploaded photo, without its metadata, and serves
them through CloudFront. This command uploads photos, shows their outcomes, and runs
the whole pipeline on this machine.

Exit codes: 0 success, 1 failure, 2 wrong usage, 3 some images were rejected.`,
		Example: `  triptych up --samples                      # the AWS emulator, with the sample photos
  triptych upload --local --wait photo.jpg   # in another terminal
  triptych ls --local`,
		SilenceErrors: true,
		SilenceUsage:  true,
		// Args returns a usage error for an unknown command. Cobra's own error could not be
		// distinguished from a failure.
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return wrongUsage("there is no command %q%s", args[0], suggest(cmd, args[0]))
			}

			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}

	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	root.SuggestionsMinimumDistance = 2

	flags := root.PersistentFlags()
	flags.BoolVar(&s.json, "json", false, "print one JSON object on each line")
	flags.BoolVar(&s.local, "local", false,
		"use the emulator: AWS_ENDPOINT_URL="+target.LocalEndpoint+" unless it is set, credentials test/test, us-east-1")
	flags.StringVar(&s.stack, "stack", target.DefaultStack, "the `name` of the stack")

	root.AddCommand(
		s.up(), s.upload(), s.ls(), s.show(), s.executions(), s.replay(), s.backfill(), s.doctor(), s.reindex(), s.erase(), s.render(), s.sign(), s.cost(), s.console(),
		s.completion(), s.version(),
	)

	return root
}

func suggest(cmd *cobra.Command, name string) string {
	near := cmd.SuggestionsFor(name)
	if len(near) == 0 {
		return ""
	}

	return fmt.Sprintf("; did you mean %s?", strings.Join(near, " or "))
}

// connect finds the stack that the flags name.
func (s *session) connect(ctx context.Context) (*target.Target, error) {
	return target.Connect(ctx, target.Options{Local: s.local, Stack: s.stack})
}
