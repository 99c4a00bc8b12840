package command

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"triptych/cli/internal/display"
	"triptych/cli/internal/render"
	"triptych/shared/recipe"
)

func (s *session) render() *cobra.Command {
	var (
		out, recipeFile string
		repeat          int
	)

	cmd := &cobra.Command{
		Use:   "render FILE… --out DIR",
		Short: "Make the variants of local files, without AWS",
		Long: `Render applies the recipe to local files, with the limits, the metadata removal and
the image engine of the pipeline. It decodes a file once for all variants. Their
bytes are the same as in the pipeline. The output is written to DIR/{file name}/;
original.{ext} is the file without its metadata.

With --repeat, render also measures the time of making each variant separately.`,
		Example: `  triptych render photo.jpg --out /tmp/variants
  triptych render samples/*.jpg --out out --recipe recipe.json
  triptych render photo.jpg --out out --repeat 20 --json | jq '.variants[].millis'`,
		Args: arguments(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case out == "":
				return wrongUsage("--out DIR is required: the output folder")
			case repeat < 1 && cmd.Flags().Changed("repeat"):
				return wrongUsage("--repeat must be at least 1")
			}

			if err := distinct(args); err != nil {
				return err
			}

			wanted, _, err := readRecipe(recipeFile)
			if err != nil {
				return err
			}

			return s.renderFiles(cmd, &render.Renderer{Recipe: wanted, Out: out, Repeat: repeat}, args)
		},
	}

	cmd.Flags().StringVar(&out, "out", "", "the output `folder`; it is created if it does not exist")
	cmd.Flags().StringVar(&recipeFile, "recipe", "", "the recipe `file`; the default recipe if not given")
	cmd.Flags().IntVar(&repeat, "repeat", 0, "make all variants together and each variant separately, `N` times, and print the shortest times")

	return cmd
}

func (s *session) renderFiles(cmd *cobra.Command, renderer *render.Renderer, paths []string) error {
	var count tally

	progress := display.NewProgress(s.progress, len(paths))
	defer progress.End()

	for _, path := range paths {
		result, err := renderer.File(cmd.Context(), path)
		if err != nil {
			return err // The only possible cause is the end of the context.
		}

		switch result.Status {
		case render.Ready:
			count.ready++
		case render.Rejected:
			count.rejected++
		default:
			count.failed++
		}

		progress.Done()

		if err := progress.Around(func() error { return s.rendered(result) }); err != nil {
			return err
		}
	}

	return count.err()
}

func (s *session) rendered(result render.Result) error {
	if s.json {
		return s.object(result)
	}

	if result.Status != render.Ready {
		return s.text(fmt.Sprintf("%s  %s  %s\n",
			s.style.Bold(display.Text(result.File)), s.style.Status(result.Status), s.codeAndReason(result.Code, result.Reason)))
	}

	table := display.Table{Indent: indent, Right: []int{1, 2, 3}}
	table.Add("original", display.Size(result.Original.Width, result.Original.Height),
		display.Bytes(result.Original.Bytes), "", result.Original.Path)

	for _, variant := range result.Variants {
		took := ""
		if variant.Millis > 0 {
			took = milliseconds(variant.Millis)
		}

		table.Add(variant.Name, display.Size(variant.Width, variant.Height), display.Bytes(variant.Bytes), took, variant.Path)
	}

	return s.text(s.style.Bold(display.Text(result.File)) + "  " + milliseconds(result.Millis) + "\n" + table.String())
}

func milliseconds(millis float64) string {
	return display.Duration(time.Duration(millis * float64(time.Millisecond)))
}

// distinct returns an error if two files would have the same output path.
func distinct(paths []string) error {
	first := map[string]string{}

	for _, path := range paths {
		name := filepath.Base(path)
		if before, taken := first[name]; taken {
			return wrongUsage("%s and %s have the same name: render them into different folders", before, path)
		}

		first[name] = path
	}

	return nil
}

// readRecipe reads a recipe file, or the default recipe. It returns the recipe and its
// text.
func readRecipe(path string) (recipe.Recipe, []byte, error) {
	text := recipe.DefaultText()

	if path != "" {
		read, err := os.ReadFile(path) //nolint:gosec // The user chose the file.
		if err != nil {
			return recipe.Recipe{}, nil, fmt.Errorf("read the recipe: %w", err)
		}

		text = read
	}

	parsed, err := recipe.Parse(text)
	if err != nil {
		return recipe.Recipe{}, nil, &usageError{fmt.Errorf("%s: %w", path, err)}
	}

	return parsed, text, nil
}
