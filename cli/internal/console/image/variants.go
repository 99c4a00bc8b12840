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
	Saving  string // difference to the size of the original, or ""
}

// newVariantView converts a variant of a manifest. original is the size of the original
// in bytes.
func newVariantView(cdn string, listed ledger.Variant, original int64) variantView {
	one := variantView{Variant: listed, Address: variant.URL(listed.URL), Saving: saving(original, listed.Bytes)}
	one.URL = publicURL(cdn, listed.URL)

	return one
}

// saving returns how much smaller a variant is than its original, in percent.
func saving(original, variant int64) string {
	if original <= variant {
		return ""
	}

	const all = 100

	percent := all * (1 - float64(variant)/float64(original))
	if percent >= all-1 { // The variant is very small, so show a decimal.
		return fmt.Sprintf("−%.1f %%", min(percent, all-0.1))
	}

	return fmt.Sprintf("−%.0f %%", percent)
}

// publicURL moves a URL of a manifest to the current CDN: the emulator's port may have
// been different when the manifest was written.
func publicURL(cdn, public string) string {
	parsed, err := url.Parse(public)
	if err != nil {
		return public
	}

	return cmp.Or(strings.TrimSuffix(cdn, "/"), parsed.Scheme+"://"+parsed.Host) + parsed.EscapedPath()
}
