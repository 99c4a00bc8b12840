package console

import (
	"cmp"
	"errors"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
	"time"

	"triptych/cli/internal/display"
	"triptych/cli/internal/erasure"
	"triptych/cli/internal/uploads"
	"triptych/shared/ledger"
)

// imageView is the data of an image's page.
type imageView struct {
	Key         string
	Current     card // the newest upload
	Published   bool
	Format      string
	Source      ledger.Item // the published upload, otherwise the newest one
	Made        time.Time
	ManifestURL string

	Preview  imageVariant // the largest variant
	Variants []imageVariant
	Snippet  string // HTML to copy
	Removed  []kind
	Kept     string // a sentence, or ""
	Versions []imageVersion
	Runs     []string // ARNs of its executions, the last one first
}

// imageVariant is one variant.
type imageVariant struct {
	ledger.Variant

	Address string // URL on the console
	Saving  string // difference to the size of the original, or ""
}

// imageVersion is one upload under one recipe.
type imageVersion struct {
	card

	Current bool
}

// kind is a kind of metadata that was found.
type kind struct {
	Name string
	GPS  bool
}

func (c *Console) image(w http.ResponseWriter, r *http.Request) error {
	key := r.FormValue("key")
	if key == "" {
		return errNoKey
	}

	found, err := uploads.Look(r.Context(), c.stack, key)
	if errors.Is(err, uploads.ErrUnknown) {
		return &statusError{http.StatusNotFound, "The image is unknown", "It was never uploaded, or it has been erased."}
	}

	if err != nil {
		return err
	}

	failed, err := c.failed.Failed(r.Context())
	if err != nil {
		return err
	}

	shown := c.describe(&found, failed)

	if r.Header.Get("X-Part") != "" {
		return c.executePart(w, r, "image", "image", shown)
	}

	return c.render(w, r, "image", key, shown)
}

func (c *Console) describe(found *uploads.Picture, failed map[string]struct{}) imageView {
	shown := imageView{Key: found.Key, ManifestURL: found.ManifestURL, Published: found.Manifest != nil}

	for i := range found.Uploads {
		item := &found.Uploads[i]
		_, lost := failed[item.Owner]

		version := imageVersion{card: newCard(item, lost && item.Status == ledger.Processing)}
		version.Current = shown.Published && item.Version == found.Manifest.Version

		if i == 0 || version.Current {
			shown.Source = *item
		}

		if item.Owner != "" && !slices.Contains(shown.Runs, item.Owner) {
			shown.Runs = append(shown.Runs, item.Owner)
		}

		shown.Versions = append(shown.Versions, version)
	}

	if len(shown.Versions) > 0 {
		shown.Current = shown.Versions[0].card
		shown.Removed = kinds(shown.Source.Stripped)

		if slices.Contains(shown.Source.Kept, "gainmap") {
			shown.Kept = display.GainMapKept
		}
	}

	shown.Format = strings.ToUpper(shown.Source.Format)

	if !shown.Published {
		return shown
	}

	manifest := found.Manifest
	shown.Made, shown.Format = manifest.CreatedAt, strings.ToUpper(manifest.Source.Format)
	shown.Source.Bytes = manifest.Source.Bytes
	shown.Source.Width, shown.Source.Height = manifest.Source.Width, manifest.Source.Height

	for _, variant := range manifest.Variants {
		one := imageVariant{Variant: ledger.Variant(variant), Address: pictureURL(variant.URL)}
		one.URL = publicURL(c.stack.Stack.CDN, variant.URL)

		one.Saving = saving(manifest.Source.Bytes, variant.Bytes)

		if variant.Width > shown.Preview.Width {
			shown.Preview = one
		}

		shown.Variants = append(shown.Variants, one)
	}

	shown.Snippet = snippet(shown.Variants, manifest.Source.Width, manifest.Source.Height)

	return shown
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

// snippet returns an <img> element with the variants that show the whole image: those
// with the proportions of the original, within a pixel.
func snippet(variants []imageVariant, width, height int) string {
	var whole []imageVariant

	for _, one := range variants {
		if rest := one.Width*height - one.Height*width; abs(rest) <= max(width, height) {
			whole = append(whole, one)
		}
	}

	if len(whole) == 0 {
		return ""
	}

	slices.SortStableFunc(whole, func(a, b imageVariant) int { return cmp.Compare(a.Width, b.Width) })

	// The variants of a small original all have its own size.
	whole = slices.CompactFunc(whole, func(a, b imageVariant) bool { return a.Width == b.Width })

	set := make([]string, len(whole))
	for i, one := range whole {
		set[i] = fmt.Sprintf("%s %dw", html.EscapeString(one.URL), one.Width)
	}

	largest := whole[len(whole)-1]

	return fmt.Sprintf("<img src=\"%s\"\n     srcset=\"%s\"\n     sizes=\"100vw\" width=\"%d\" height=\"%d\" alt=\"\">",
		html.EscapeString(largest.URL), strings.Join(set, ",\n             "), largest.Width, largest.Height)
}

func abs(number int) int { return max(number, -number) }

// kinds returns the names of the metadata in a file. GPS is first, because it can reveal
// a home address.
func kinds(removed []string) []kind {
	names := map[string]string{ //nolint:gosec // Content Credentials are not a password.
		"gps": "GPS position", "exif": "EXIF", "makernote": "maker’s notes", "thumbnail": "embedded thumbnail", "xmp": "XMP",
		"iptc": "IPTC", "comment": "comment", "mpf": "additional images (MPF)", "jumbf": "JUMBF", "credentials": "Content Credentials (C2PA)", "gainmap": "HDR gain map", "trailer": "bytes after the end",
		"text": "text", "time": "time of its last change",
		"other": "other segments",
	}

	var found []kind
	for _, name := range removed {
		found = append(found, kind{Name: cmp.Or(names[strings.ToLower(name)], name), GPS: strings.EqualFold(name, "gps")})
	}

	slices.SortStableFunc(found, func(a, b kind) int {
		return cmp.Compare(map[bool]int{true: 0, false: 1}[a.GPS], map[bool]int{true: 0, false: 1}[b.GPS])
	})

	return found
}

// eraseWithin is how long the page waits until the variants of an image are removed.
const eraseWithin = 15 * time.Second

func (c *Console) erase(w http.ResponseWriter, r *http.Request) error {
	key := r.PostFormValue("key")
	if key == "" {
		return errNoKey
	}

	_, err := erasure.Erase(r.Context(), c.stack, key, eraseWithin)
	if err != nil && !errors.Is(err, erasure.ErrUnfinished) && !errors.Is(err, erasure.ErrUnknown) {
		return fmt.Errorf("erase %s: %w", key, err)
	}

	to := "/"
	if errors.Is(err, erasure.ErrUnfinished) {
		to = imageURL(key) // Show what is left.
	}

	http.Redirect(w, r, to, http.StatusSeeOther)

	return nil
}
