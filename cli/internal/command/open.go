package command

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"triptych/cli/internal/target"
)

func (s *session) open() *cobra.Command {
	var (
		variant   string
		printOnly bool
	)

	cmd := &cobra.Command{
		Use:   "open KEY",
		Short: "Open an image in the browser",
		Long: `Open shows the largest variant of an image, or another variant, in the browser. If
viewing requires a signature, 'triptych sign' makes a URL that the browser can open.`,
		Example: `  triptych open holiday/photo.jpg
  triptych open photo.jpg --variant thumbnail
  curl -O "$(triptych open photo.jpg --print)"`,
		Args: arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := s.find(cmd.Context(), args[0])
			if err != nil {
				return err
			}

			url, err := found.urlOf(variant)
			if err != nil {
				return err
			}

			if printOnly {
				return s.text(url + "\n")
			}

			return browse(cmd.Context(), url)
		},
	}

	cmd.Flags().StringVar(&variant, "variant", "", "the `name` of the variant; the largest if not given")
	cmd.Flags().BoolVar(&printOnly, "print", false, "print the URL instead of opening it")

	return cmd
}

// urlOf returns the URL of a variant of the published image; "" names the largest variant.
func (f shown) urlOf(name string) (string, error) {
	if f.Manifest == nil || len(f.Manifest.Variants) == 0 {
		return "", &target.Problem{What: f.Key + " is not published", Do: fmt.Sprintf("`triptych show %s` shows its uploads", f.Key)}
	}

	if name == "" {
		return largest(f.Manifest.Variants).URL, nil
	}

	names := make([]string, 0, len(f.Manifest.Variants))

	for _, variant := range f.Manifest.Variants {
		if variant.Name == name {
			return variant.URL, nil
		}

		names = append(names, variant.Name)
	}

	return "", wrongUsage("--variant %s: %s has %s", name, f.Key, strings.Join(names, ", "))
}

// browse opens a URL in the user's browser.
func browse(ctx context.Context, url string) error {
	opener := map[string][]string{
		"darwin":  {"open"},
		"windows": {"rundll32", "url.dll,FileProtocolHandler"},
	}[runtime.GOOS]
	if opener == nil {
		opener = []string{"xdg-open"}
	}

	if err := exec.CommandContext(ctx, opener[0], append(opener[1:], url)...).Run(); err != nil { //nolint:gosec // The program is one of three.
		return &target.Problem{What: fmt.Sprintf("%s cannot open %s", opener[0], url), Do: "open the URL yourself", Cause: err}
	}

	return nil
}
