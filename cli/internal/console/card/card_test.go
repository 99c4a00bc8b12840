package card

import (
	"testing"

	"triptych/shared/ledger"
)

func TestThumbs(t *testing.T) {
	variant := func(name string, width int) ledger.Variant {
		return ledger.Variant{Name: name, URL: "http://cdn/a%20b.jpg/-/v/" + name + ".jpg", Width: width}
	}

	for name, c := range map[string]struct {
		variants      []ledger.Variant
		small, larger string
	}{
		"the default recipe": {[]ledger.Variant{variant("thumbnail", 160), variant("medium", 800), variant("large", 1600)}, "thumbnail", "medium"},
		"no small one":       {[]ledger.Variant{variant("large", 1600), variant("medium", 800)}, "medium", ""},
		"only small ones":    {[]ledger.Variant{variant("tiny", 20), variant("small", 90)}, "small", ""},
		"none":               {nil, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			shown := New(&ledger.Item{Key: "a b.jpg", Status: ledger.Ready, Variants: c.variants}, false)

			path := func(name string) string {
				if name == "" {
					return ""
				}

				return "/picture/a%20b.jpg/-/v/" + name + ".jpg"
			}
			if shown.Thumb != path(c.small) || shown.Larger != path(c.larger) {
				t.Errorf("got %q and %q, want %s and %s", shown.Thumb, shown.Larger, c.small, c.larger)
			}
		})
	}
}
