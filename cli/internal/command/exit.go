package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"triptych/cli/internal/target"
)

// The exit codes of every command.
const (
	exitOK       = 0
	exitFailed   = 1
	exitUsage    = 2
	exitRejected = 3
)

// usageError is an error in the command line.
type usageError struct{ error }

func (e *usageError) Unwrap() error { return e.error }

func wrongUsage(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}

// reportedError ends a command whose outcome is already printed.
type reportedError struct{ code int }

func (e *reportedError) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// exitCode returns the exit code for an error.
func exitCode(err error) int {
	if err == nil {
		return exitOK
	}

	if reported, ok := errors.AsType[*reportedError](err); ok {
		return reported.code
	}

	if _, ok := errors.AsType[*usageError](err); ok {
		return exitUsage
	}

	return exitFailed
}

// report prints an error on standard error.
func (s *session) report(ran *cobra.Command, err error) {
	if err == nil {
		return
	}

	if _, ok := errors.AsType[*reportedError](err); ok {
		return
	}

	// If standard error is closed, the error cannot be reported.
	_, _ = fmt.Fprintf(s.Err, "%s: %s\n", program, s.asCalled(message(err)))

	if _, ok := errors.AsType[*usageError](err); ok {
		_, _ = fmt.Fprintln(s.Err, s.asCalled(fmt.Sprintf("See `%s --help`.", ran.CommandPath())))
	}
}

// asCalled replaces the name of the program, in the commands that a text has in backquotes,
// by the name with which the user called it.
func (s *session) asCalled(text string) string {
	return strings.ReplaceAll(text, "`"+program+" ", "`"+s.Name+" ")
}

func message(err error) string {
	if target.Interrupted(err) {
		return "interrupted"
	}

	if problem, ok := errors.AsType[*target.Problem](err); ok {
		return problem.Error() // Omit the text of the wrapping errors, which is for developers.
	}

	return err.Error()
}

// arguments converts the errors of a cobra.PositionalArgs to usage errors.
func arguments(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return &usageError{err}
		}

		return nil
	}
}

// tally counts outcomes, for the exit code and for the summary.
type tally struct{ ready, rejected, failed, other int }

// err returns the error of a command: a failure takes precedence over a rejection.
func (t *tally) err() error {
	switch {
	case t.failed > 0:
		return &reportedError{exitFailed}
	case t.rejected > 0:
		return &reportedError{exitRejected}
	default:
		return nil
	}
}
