package image

import (
	"cmp"
	"fmt"
	"html"
	"slices"
	"strings"
)

// snippet returns an <img> element with the variants that show the whole image. These are the
// variants with the proportions of the original, within a pixel.
func snippet(variants []variantView, width, height int) string {
	var whole []variantView

	for _, one := range variants {
		if rest := one.Width*height - one.Height*width; abs(rest) <= max(width, height) {
			whole = append(whole, one)
		}
	}

	if len(whole) == 0 {
		return ""
	}

	slices.SortStableFunc(whole, func(a, b variantView) int { return cmp.Compare(a.Width, b.Width) })

	// If the original is small, several variants have the same size: use one of them.
	whole = slices.CompactFunc(whole, func(a, b variantView) bool { return a.Width == b.Width })

	set := make([]string, len(whole))
	for i, one := range whole {
		set[i] = fmt.Sprintf("%s %dw", html.EscapeString(one.URL), one.Width)
	}

	largest := whole[len(whole)-1]

	return fmt.Sprintf("<img src=\"%s\"\n     srcset=\"%s\"\n     sizes=\"100vw\" width=\"%d\" height=\"%d\" alt=\"\">",
		html.EscapeString(largest.URL), strings.Join(set, ",\n             "), largest.Width, largest.Height)
}

func abs(number int) int { return max(number, -number) }
