package image

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"

	"triptych/cli/internal/console/variant"
	"triptych/shared/ledger"
)

// variantView is one variant.
type variantView struct {
	ledger.Variant

	Address string // URL on the console
	Saving  string // difference from the size of the original in bytes, or ""
}

// newVariantView converts a variant of a manifest. original is the size of the original
// in bytes.
func newVariantView(cdn string, listed ledger.Variant, original int64) variantView {
	one := variantView{Variant: listed, Address: variant.URL(listed.URL), Saving: saving(original, listed.Bytes)}
	one.URL = publicURL(cdn, listed.URL)

	return one
}

// saving returns the difference between the sizes of a variant and its original, in percent.
func saving(original, variant int64) string {
	if original <= variant {
		return ""
	}

	const all = 100

	percent := all * (1 - float64(variant)/float64(original))
	if percent >= all-1 { // The variant is very small, so show one decimal place.
		return fmt.Sprintf("−%.1f %%", min(percent, all-0.1))
	}

	return fmt.Sprintf("−%.0f %%", percent)
}

// publicURL replaces the host in a URL of a manifest by the current CDN. The emulator may
// have had another port when the manifest was written.
func publicURL(cdn, public string) string {
	parsed, err := url.Parse(public)
	if err != nil {
		return public
	}

	return cmp.Or(strings.TrimSuffix(cdn, "/"), parsed.Scheme+"://"+parsed.Host) + parsed.EscapedPath()
}
