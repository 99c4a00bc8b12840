// Package card has the card of an upload, which is its status and a small image. The gallery
// shows cards, and the page of an image lists the versions of its key as cards.
package card

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"triptych/cli/internal/console/page"
	"triptych/cli/internal/console/variant"
	"triptych/shared/ledger"
)

// Card is one upload.
type Card struct {
	ID           string // of its HTML element
	Key          string
	Version      string
	Status       page.Status // from the ledger, or FAILED
	Code, Reason string
	ExecutionARN string
	Updated      time.Time
	UpdatedAt    string // in the ledger's format
	Bytes        int64
	Width        int
	Height       int

	// Thumb and Larger are URLs of images, or ""; their widths are in pixels.
	Thumb, Larger           string
	ThumbWidth, LargerWidth int
	// Placeholder is a ThumbHash in base64, or "". Color is written like "#a0b4ff", or
	// "".
	Placeholder, Color string
}

// New returns the card of an item of the ledger. failed means that the execution of the
// item has failed.
func New(item *ledger.Item, failed bool) Card {
	sum := sha256.Sum256([]byte(item.Key + "\x00" + item.Version))
	updated, _ := time.Parse(time.RFC3339, item.UpdatedAt) // If the time is not valid, use the zero time.

	shown := Card{
		ID: "c" + hex.EncodeToString(sum[:8]), Key: item.Key, Version: item.Version, Status: page.Status(item.Status),
		Code: item.Code, Reason: item.Reason, ExecutionARN: item.Owner, Updated: updated, UpdatedAt: item.UpdatedAt,
		Bytes: item.Bytes, Width: item.Width, Height: item.Height, Placeholder: item.Placeholder, Color: item.Color,
	}

	if failed {
		shown.Status = page.Failed
	}

	if item.Status == ledger.Ready {
		shown.thumbs(item.Variants)
	}

	return shown
}

// The widths of a card's image, on displays with normal and with high density.
const (
	thumbWidth  = 160
	largerWidth = 400
)

// thumbs chooses the smallest variant that fills a card, and a larger one for displays with
// high density.
func (c *Card) thumbs(variants []ledger.Variant) {
	fitting := func(width int) (best ledger.Variant) {
		for _, one := range variants {
			fits, larger := one.Width >= width, one.Width > best.Width
			if best.Width == 0 || best.Width < width && larger || fits && !larger {
				best = one
			}
		}

		return best
	}

	if len(variants) == 0 {
		return
	}

	small, large := fitting(thumbWidth), fitting(largerWidth)
	c.Thumb, c.ThumbWidth = variant.URL(small.URL), small.Width

	if large.URL != small.URL {
		c.Larger, c.LargerWidth = variant.URL(large.URL), large.Width
	}
}
