package command

import (
	"bufio"
	"fmt"
	"strings"
)

// confirm asks the user a question on standard error, and returns an error unless the answer
// is yes.
func (s *session) confirm(question string) error {
	if _, err := fmt.Fprint(s.Err, question+" [y/N] "); err != nil {
		return fmt.Errorf("ask: %w", err)
	}

	answer, _ := bufio.NewReader(s.In).ReadString('\n') // The end of the input is no answer.

	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	default:
		_, _ = fmt.Fprintln(s.Err, "Nothing was done.") // The exit code says the same.

		return &reportedError{exitFailed}
	}
}
