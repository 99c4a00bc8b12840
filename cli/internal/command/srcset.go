package command

import (
	"cmp"
	"fmt"
	"html"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"triptych/cli/internal/target"
	"triptych/shared/contract"
)

// responsive is the output of `triptych srcset --json`: the attributes of an img element.
type responsive struct {
	Key    string `json:"key"`
	Src    string `json:"src"`    // the largest variant
	Srcset string `json:"srcset"` // the variants of the same aspect ratio, by width
	Sizes  string `json:"sizes"`
	Width  int    `json:"width"` // of Src, so that the page reserves the space
	Height int    `json:"height"`
	Color  string `json:"color"` // of the background, until the image is loaded; may be ""
}

func (s *session) srcset() *cobra.Command {
	var sizes, alt string

	cmd := &cobra.Command{
		Use:   "srcset KEY",
		Short: "Print the HTML of an image: an img element with srcset",
		Long: `Srcset prints an img element with the variants of an image. The browser chooses the
variant that fits the layout (--sizes) and the resolution of the screen. Variants that
show only a part of the image, such as square thumbnails, are left out. Width and height
reserve the space on the page, and the dominant color fills it until the image is loaded.

The URLs contain the version, so they stay valid until the upload is replaced or erased.`,
		Example: `  triptych srcset holiday/photo.jpg
  triptych srcset photo.jpg --sizes "(min-width: 60em) 50vw, 100vw" --alt "A red dragonfly"
  triptych srcset photo.jpg --json | jq -r .srcset`,
		Args: arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := s.find(cmd.Context(), args[0])
			if err != nil {
				return err
			}

			if found.Manifest == nil {
				return &target.Problem{What: args[0] + " is not published", Do: fmt.Sprintf("`triptych show %s` shows its uploads", args[0])}
			}

			element, err := responsiveOf(*found.Manifest, sizes)
			if err != nil {
				return err
			}

			if s.json {
				return s.object(element)
			}

			return s.text(element.html(alt))
		},
	}

	cmd.Flags().StringVar(&sizes, "sizes", "100vw", "the width of the image on the page, as the `attribute` sizes of HTML")
	cmd.Flags().StringVar(&alt, "alt", "", "the `text` for those who cannot see the image")

	return cmd
}

// sameRatio is the largest difference between the aspect ratios of two variants of the whole
// image. A variant's sides are rounded to pixels.
const sameRatio = 0.02

// largest returns the variant with the most pixels. There must be one.
func largest(variants []contract.ManifestVariant) contract.ManifestVariant {
	return slices.MaxFunc(variants, func(a, b contract.ManifestVariant) int {
		return cmp.Compare(a.Width*a.Height, b.Width*b.Height)
	})
}

// responsiveOf chooses the variants of an img element.
func responsiveOf(manifest contract.Manifest, sizes string) (responsive, error) {
	if len(manifest.Variants) == 0 {
		return responsive{}, &target.Problem{What: manifest.Key + " has no variants", Do: "add variants to the recipe"}
	}

	ratio := func(variant contract.ManifestVariant) float64 {
		return float64(variant.Width) / float64(max(1, variant.Height))
	}
	source := largest(manifest.Variants)

	fitting := slices.DeleteFunc(slices.Clone(manifest.Variants), func(variant contract.ManifestVariant) bool {
		relative := ratio(variant) / ratio(source)

		return relative < 1-sameRatio || relative > 1+sameRatio
	})
	slices.SortStableFunc(fitting, func(a, b contract.ManifestVariant) int { return cmp.Compare(a.Width, b.Width) })
	// A small original has several variants of its own width.
	fitting = slices.CompactFunc(fitting, func(a, b contract.ManifestVariant) bool { return a.Width == b.Width })

	candidates := make([]string, 0, len(fitting))
	for _, variant := range fitting {
		candidates = append(candidates, fmt.Sprintf("%s %dw", variant.URL, variant.Width))
	}

	return responsive{
		Key: manifest.Key, Src: source.URL, Srcset: strings.Join(candidates, ", "), Sizes: sizes,
		Width: source.Width, Height: source.Height, Color: manifest.Color,
	}, nil
}

// html returns the img element.
func (r responsive) html(alt string) string {
	var text strings.Builder

	fmt.Fprintf(&text, "<img src=\"%s\"\n", html.EscapeString(r.Src))
	fmt.Fprintf(&text, "     srcset=\"%s\"\n", strings.ReplaceAll(html.EscapeString(r.Srcset), ", ", ",\n             "))
	fmt.Fprintf(&text, "     sizes=\"%s\" width=\"%d\" height=\"%d\" alt=\"%s\"", html.EscapeString(r.Sizes), r.Width, r.Height, html.EscapeString(alt))

	if r.Color != "" {
		fmt.Fprintf(&text, "\n     style=\"background: %s\"", html.EscapeString(r.Color))
	}

	return text.String() + " loading=\"lazy\">\n"
}
