package console

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
	"time"

	"triptych/shared/ledger"
)

// statusFailed is the status of uploads whose execution has failed. The console shows it
// even before the ledger has it.
const statusFailed = string(ledger.Failed)

// card is an upload in the gallery.
type card struct {
	ID           string // of its HTML element
	Key          string
	Version      string
	Status       string // from the ledger, or FAILED
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

func newCard(item *ledger.Item, failed bool) card {
	sum := sha256.Sum256([]byte(item.Key + "\x00" + item.Version))
	updated, _ := time.Parse(time.RFC3339, item.UpdatedAt) // The zero time is long ago.

	shown := card{
		ID: "c" + hex.EncodeToString(sum[:8]), Key: item.Key, Version: item.Version, Status: string(item.Status),
		Code: item.Code, Reason: item.Reason, ExecutionARN: item.Owner, Updated: updated, UpdatedAt: item.UpdatedAt,
		Bytes: item.Bytes, Width: item.Width, Height: item.Height, Placeholder: item.Placeholder, Color: item.Color,
	}

	if failed {
		shown.Status = statusFailed
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

// thumbs chooses the smallest variants that fill a card.
func (c *card) thumbs(variants []ledger.Variant) {
	fitting := func(width int) (best ledger.Variant) {
		for _, variant := range variants {
			fits, larger := variant.Width >= width, variant.Width > best.Width
			if best.Width == 0 || best.Width < width && larger || fits && !larger {
				best = variant
			}
		}

		return best
	}

	if len(variants) == 0 {
		return
	}

	small, large := fitting(thumbWidth), fitting(largerWidth)
	c.Thumb, c.ThumbWidth = pictureURL(small.URL), small.Width

	if large.URL != small.URL {
		c.Larger, c.LargerWidth = pictureURL(large.URL), large.Width
	}
}

// Word returns the text for the card's status.
func (c card) Word() string { return statusWord(c.Status) }

// Tone returns the color class of a status; see the style sheet.
func (c card) Tone() string { return tone(c.Status) }

// statusWord returns the text for a status.
func statusWord(status string) string {
	return strings.ReplaceAll(status[:min(1, len(status))]+strings.ToLower(status[min(1, len(status)):]), "_", " ")
}

// tone groups the statuses of uploads and executions by color.
func tone(status string) string {
	switch status {
	case string(ledger.Ready), "SUCCEEDED":
		return "good"
	case statusFailed, "TIMED_OUT", "ABORTED":
		return "bad"
	case string(ledger.Rejected):
		return "warning"
	case string(ledger.Processing), "RUNNING", "PENDING_REDRIVE":
		return "run"
	default:
		return "quiet"
	}
}

// pictureURL returns the URL at which the console itself serves an object of the CDN. The
// CDN may require signatures, or may not exist.
func pictureURL(public string) string {
	parsed, err := url.Parse(public)
	if err != nil {
		return ""
	}

	return "/picture" + parsed.EscapedPath()
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
