package image

import (
	_ "embed"
	"slices"
	"strings"
	"time"

	"triptych/cli/internal/console/card"
	"triptych/cli/internal/console/feed"
	"triptych/cli/internal/console/page"
	"triptych/cli/internal/display"
	"triptych/cli/internal/uploads"
	"triptych/shared/ledger"
)

//go:embed image.html
var pageHTML string

var template = page.Parse("image", pageHTML)

// view is the data of an image's page.
type view struct {
	Key         string
	Current     card.Card // the newest upload
	Published   bool
	Format      string
	Source      ledger.Item // the published upload, or else the newest upload
	Made        time.Time
	ManifestURL string

	Preview  variantView // the largest variant
	Variants []variantView
	Snippet  string // HTML to copy
	Removed  []kind
	Kept     string // a sentence, or ""
	Versions []version
	Runs     []string // ARNs of its executions, the last one first
}

// version is one upload under one recipe.
type version struct {
	card.Card

	Current bool
}

// newView converts the state of a key. The parameter cdn is the URL of the CDN, and failed
// has the ARNs of the failed executions.
func newView(cdn string, found *uploads.Image, failed map[string]struct{}) view {
	shown := view{Key: found.Key, ManifestURL: found.ManifestURL, Published: found.Manifest != nil}

	for i := range found.Uploads {
		item := &found.Uploads[i]
		one := version{Card: card.New(item, feed.HasFailed(item, failed))}
		one.Current = shown.Published && item.Version == found.Manifest.Version

		if i == 0 || one.Current {
			shown.Source = *item
		}

		if item.Owner != "" && !slices.Contains(shown.Runs, item.Owner) {
			shown.Runs = append(shown.Runs, item.Owner)
		}

		shown.Versions = append(shown.Versions, one)
	}

	if len(shown.Versions) > 0 {
		shown.Current = shown.Versions[0].Card
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

	for _, listed := range manifest.Variants {
		one := newVariantView(cdn, ledger.Variant(listed), manifest.Source.Bytes)

		if listed.Width > shown.Preview.Width {
			shown.Preview = one
		}

		shown.Variants = append(shown.Variants, one)
	}

	shown.Snippet = snippet(shown.Variants, manifest.Source.Width, manifest.Source.Height)

	return shown
}
