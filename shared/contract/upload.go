package contract

import (
	"math/big"
	"strings"
)

// SequencerDigits is the length to which sequencers are padded. The sequencers of S3 are
// hexadecimal numbers of different lengths. To compare them as text, pad them with zeros
// on the left to the same length (Amazon S3 User Guide, "Event message structure":
// sequencer).
const SequencerDigits = 32

// LostObjects is the value of [ValidateInput.Replaces] if the execution remakes the
// objects of a READY upload because some of them are lost.
const LostObjects = "lost-objects"

// Upload returns the object version that the event describes.
func (e *Event) Upload() Upload {
	return Upload{
		Bucket:    e.Bucket.Name,
		Key:       e.Object.Key,
		VersionID: e.Object.VersionID,
		ETag:      e.Object.ETag,
		Bytes:     e.Object.Size,
		Sequencer: PadSequencer(e.Object.Sequencer),
	}
}

// PadSequencer makes a sequencer comparable as text.
func PadSequencer(sequencer string) string {
	missing := max(0, SequencerDigits-len(sequencer))

	return strings.Repeat("0", missing) + strings.ToUpper(sequencer)
}

// NextSequencer returns the least sequencer after a padded one. It is a lower bound for
// every later event.
func NextSequencer(padded string) string {
	const hexadecimal = 16

	number, ok := new(big.Int).SetString(padded, hexadecimal)
	if !ok {
		return padded // S3 does not send such a sequencer; it cannot be incremented.
	}

	return PadSequencer(number.Add(number, big.NewInt(1)).Text(hexadecimal))
}

// Identity returns a text that identifies this upload: the version id, or, in a bucket
// without versioning, the ETag and the sequencer.
func (u *Upload) Identity() string {
	if u.VersionID != "" && u.VersionID != "null" {
		return u.VersionID
	}

	return u.ETag + " " + u.Sequencer
}
