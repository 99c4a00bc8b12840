package store

import (
	_ "embed"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// Events and the states of ended executions are compressed one by one, with a dictionary of
// the text that most of them contain. Data from earlier versions is uncompressed JSON. It
// begins with { and is still read.

// dictionary is sample text of events. It is part of the file format and never changes. A
// new dictionary would need its own ID.
//
//go:embed dictionary.txt
var dictionary []byte

const (
	dictionaryID = 1
	// minCompressed is the shortest text that is compressed.
	minCompressed = 96
	// maxText limits the size of expanded text. An execution's state has at most about 20
	// MiB.
	maxText = 256 << 20
)

// Codec compresses and expands text. It is safe for concurrent use.
type Codec struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

// NewCodec creates a codec.
func NewCodec() (*Codec, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderDictRaw(dictionaryID, dictionary),
		zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(true), zstd.WithSingleSegment(true), zstd.WithWindowSize(window))
	if err != nil {
		return nil, fmt.Errorf("create the compressor: %w", err)
	}

	decoder, err := zstd.NewReader(nil, zstd.WithDecoderDictRaw(dictionaryID, dictionary), zstd.WithDecoderMaxMemory(maxText))
	if err != nil {
		return nil, fmt.Errorf("create the decompressor: %w", err)
	}

	return &Codec{encoder: encoder, decoder: decoder}, nil
}

// window is the window size of the compressor. It covers an event and the dictionary.
const window = 64 << 10

// Compress returns the text in its stored form.
func (c *Codec) Compress(text []byte) []byte {
	if len(text) < minCompressed {
		return text
	}

	return c.encoder.EncodeAll(text, make([]byte, 0, len(text)/2))
}

// Expand returns the text. The text never shares memory with stored.
func (c *Codec) Expand(stored []byte) ([]byte, error) {
	if len(stored) == 0 || stored[0] == '{' {
		return append([]byte{}, stored...), nil
	}

	text, err := c.decoder.DecodeAll(stored, nil)
	if err != nil {
		return nil, fmt.Errorf("decompress stored data: %w", err)
	}

	return text, nil
}
