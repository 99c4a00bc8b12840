package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func (s *session) completion() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}

	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print a script for shell completion",
		Long: `Completion prints a script for bash, zsh, fish or powershell. A shell that
has loaded it completes triptych's commands, flags, and the values of --status.`,
		Example: `  triptych completion bash > /etc/bash_completion.d/triptych
  triptych completion zsh > "${fpath[1]}/_triptych"
  triptych completion fish > ~/.config/fish/completions/triptych.fish
  source <(triptych completion bash)         # only for this shell`,
		ValidArgs: shells,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return wrongUsage("the shell is missing: %s", strings.Join(shells, ", "))
			}

			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error

			switch root := cmd.Root(); args[0] {
			case "bash":
				err = root.GenBashCompletionV2(s.Out, true)
			case "zsh":
				err = root.GenZshCompletion(s.Out)
			case "fish":
				err = root.GenFishCompletion(s.Out, true)
			case "powershell":
				err = root.GenPowerShellCompletionWithDesc(s.Out)
			default:
				return wrongUsage("there is no completion for %q: it must be one of %s", args[0], strings.Join(shells, ", "))
			}

			if err != nil {
				return fmt.Errorf("write the completion for %s: %w", args[0], err)
			}

			return nil
		},
	}
}

// completes makes the shell complete the values of a flag. The values in names are separated
// by a comma and a space.
func completes(cmd *cobra.Command, flag, names string) {
	values := strings.Split(strings.ToLower(names), ", ")

	err := cmd.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return values, cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic("the flag is defined above: " + err.Error())
	}
}
