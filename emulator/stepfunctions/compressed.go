package stepfunctions

import (
	_ "embed"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// Events and the states of ended executions are compressed one by one, with a
// dictionary of what most of them contain. What was written before begins with the {
// of JSON, and is read as it is.

// dictionary is text as events have it. It is part of the file's format: it is never
// changed, and a new one would need an id of its own.
//
//go:embed dictionary.txt
var dictionary []byte

const (
	dictionaryID = 1
	// minCompressed is the least text that is worth it.
	minCompressed = 96
	// maxText bounds what is read back; an execution's state has at most some 20 MiB.
	maxText = 256 << 20
)

// codec compresses; it is safe for concurrent use.
type codec struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

func newCodec() (*codec, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderDictRaw(dictionaryID, dictionary),
		zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(true), zstd.WithSingleSegment(true), zstd.WithWindowSize(window))
	if err != nil {
		return nil, fmt.Errorf("make the compressor: %w", err)
	}

	decoder, err := zstd.NewReader(nil, zstd.WithDecoderDictRaw(dictionaryID, dictionary), zstd.WithDecoderMaxMemory(maxText))
	if err != nil {
		return nil, fmt.Errorf("make the decompressor: %w", err)
	}

	return &codec{encoder: encoder, decoder: decoder}, nil
}

// window is how far back the compressor looks: an event and the dictionary.
const window = 64 << 10

func (c *codec) compress(text []byte) []byte {
	if len(text) < minCompressed {
		return text
	}

	return c.encoder.EncodeAll(text, make([]byte, 0, len(text)/2))
}

// expand gives the text, which is never part of stored.
func (c *codec) expand(stored []byte) ([]byte, error) {
	if len(stored) == 0 || stored[0] == '{' {
		return append([]byte{}, stored...), nil
	}

	text, err := c.decoder.DecodeAll(stored, nil)
	if err != nil {
		return nil, fmt.Errorf("expand what was stored: %w", err)
	}

	return text, nil
}
