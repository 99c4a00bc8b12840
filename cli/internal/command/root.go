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
	// In is where a command reads the answer to a question from, and Interactive reports
	// that a person can answer.
	In          io.Reader
	Interactive bool
	Out, Err    io.Writer
	// Name is the command as the user called it, such as build/triptych; "" is triptych.
	Name string
	// Version and Commit identify the program, if the build sets them.
	Version, Commit string
}

// session is one run of the program. It has the environment, and the flags that all commands
// have.
type session struct {
	Environment

	json, local, quiet bool
	output             string
	stack              string
	style              display.Style
	progress           io.Writer // for progress and for notes, usually standard error
}

// Run runs a command line, reports its error, and returns the exit code: see [exitCode].
func Run(ctx context.Context, args []string, environment Environment) int {
	s := &session{Environment: environment, style: display.StyleFor(environment.Out, os.LookupEnv), progress: environment.Err}
	if s.Name == "" {
		s.Name = program
	}

	root := s.root()
	root.SetArgs(args)
	root.SetOut(environment.Out)
	root.SetErr(environment.Err)

	ran, err := root.ExecuteContextC(ctx)
	s.report(ran, err)

	return exitCode(err)
}

// program is the name of the program in its own texts.
const program = "triptych"

func (s *session) root() *cobra.Command {
	var version bool

	root := &cobra.Command{
		Use:   program,
		Short: "Make variants of uploaded photos, and serve them with a CDN",
		Long: `Triptych makes variants of every uploaded photo, without its metadata, and serves
them through CloudFront. This command uploads photos, shows their outcomes, and runs
the whole pipeline on this machine.

Exit codes: 0 success, 1 failure, 2 wrong usage, 3 some images were rejected.

The environment variable TRIPTYCH_STACK sets the default of --stack. The file
triptych/config.json in your configuration folder (XDG_CONFIG_HOME) can set the defaults
of --stack, --local and --output: {"stack": "shop", "output": "wide"}.`,
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
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return s.settle(cmd) },
		RunE: func(cmd *cobra.Command, _ []string) error {
			if version {
				return s.showVersion()
			}

			return cmd.Help()
		},
	}

	root.Flags().BoolVar(&version, "version", false, "print the version")

	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	root.SuggestionsMinimumDistance = 2

	flags := root.PersistentFlags()
	flags.BoolVar(&s.json, "json", false, "print one JSON object on each line, as --output json")
	flags.StringVarP(&s.output, "output", "o", formatTable, "the `format` of the output: "+formatNames)
	completes(root, "output", formatNames)
	flags.BoolVarP(&s.quiet, "quiet", "q", false, "print no progress and no notes")
	flags.BoolVar(&s.local, "local", false,
		"use the emulator: AWS_ENDPOINT_URL="+target.LocalEndpoint+" unless it is set, credentials test/test, us-east-1")
	flags.StringVar(&s.stack, "stack", target.DefaultStack, "the `name` of the stack")

	root.AddCommand(
		s.up(), s.upload(), s.ls(), s.show(), s.executions(), s.replay(), s.backfill(), s.doctor(), s.reindex(), s.erase(), s.render(), s.sign(), s.cost(), s.console(),
		s.open(), s.srcset(), s.completion(), s.version(),
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
