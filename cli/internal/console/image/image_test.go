package image

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/shared/ledger"
)

func TestSnippet(t *testing.T) {
	variant := func(name string, width, height int) variantView {
		return variantView{Variant: ledger.Variant{Name: name, URL: "https://cdn/k/-/v/" + name + ".jpg", Width: width, Height: height}}
	}

	got := snippet([]variantView{variant("large", 1600, 1067), variant("square", 160, 160), variant("medium", 800, 533)}, 3000, 2000)
	want := `<img src="https://cdn/k/-/v/large.jpg"
     srcset="https://cdn/k/-/v/medium.jpg 800w,
             https://cdn/k/-/v/large.jpg 1600w"
     sizes="100vw" width="1600" height="1067" alt="">`

	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	small := snippet([]variantView{variant("medium", 300, 200), variant("large", 300, 200)}, 300, 200)
	if strings.Count(small, "300w") != 1 {
		t.Errorf("the snippet contains two variants of the same size: %s", small)
	}

	if got := snippet([]variantView{variant("square", 160, 160)}, 3000, 2000); got != "" {
		t.Errorf("no variant shows the whole image, want no snippet, got: %s", got)
	}
}

func TestSaving(t *testing.T) {
	for name, c := range map[string]struct {
		original, variant int64
		want              string
	}{
		"half": {1000, 500, "−50 %"}, "almost all": {1_000_000, 3000, "−99.7 %"}, "never all": {1 << 40, 1, "−99.9 %"},
		"more": {1000, 2000, ""}, "unknown": {0, 10, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := saving(c.original, c.variant); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
