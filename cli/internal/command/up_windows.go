package command

import (
	"errors"

	"github.com/spf13/cobra"
)

// errNoEmulator is returned by `triptych up` on Windows: the emulator stores the attributes of
// objects in extended attributes, and ends functions by their process groups.
var errNoEmulator = errors.New("run the emulator: it does not support Windows; run the command for Linux in WSL 2, or in a container")

func (s *session) up() *cobra.Command {
	return &cobra.Command{
		Use:   "up",
		Short: "Run the emulator (on Linux and macOS only)",
		Args:  arguments(cobra.NoArgs),
		RunE:  func(*cobra.Command, []string) error { return errNoEmulator },
	}
}

// RunProcess does nothing: on Windows no process of the emulator exists.
func RunProcess() {}
