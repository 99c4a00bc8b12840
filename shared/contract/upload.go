package contract

import (
	"math/big"
	"strings"
)

// SequencerDigits is the length to which sequencers are padded. S3's are
// hexadecimal numbers of varying length, which compare as text only when they
// are padded with zeros on the left to one length
// (Amazon S3 User Guide, "Event message structure": sequencer).
const SequencerDigits = 32

// LostObjects is the value of [ValidateInput.Replaces] if the execution remakes the
// objects of a READY upload because some of them are lost.
const LostObjects = "lost-objects"

// Upload returns the subject of the event.
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

// Identity identifies this upload: the version id, or, in a bucket without versions, ETag
// and sequencer together.
func (u *Upload) Identity() string {
	if u.VersionID != "" && u.VersionID != "null" {
		return u.VersionID
	}

	return u.ETag + " " + u.Sequencer
}
