package picture

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"triptych/picture/metadata"
	"triptych/picture/variant"
)

// Clean makes the master of an image. If metadata.Sanitize rewrites the format, the
// master is the file without its metadata. So it is for a HEIC or AVIF if wanted is [AsIs].
// Otherwise it is the result of [Master]. Clean reads at most size bytes. The report names
// what was removed and what was kept.
//
// Rejections are those of these functions. Read errors of file are returned as they are,
// not as rejections.
func Clean(
	ctx context.Context, format metadata.Format, wanted variant.Master, file io.Reader, size int64,
) (master Output, report metadata.Report, err error) {
	entry := metadata.EntryOf(format)

	if entry.Sanitize == nil {
		source, err := read(file, size)
		if err != nil {
			return Output{}, metadata.Report{}, err
		}

		if wanted == variant.AsIs && entry.AsIs != nil {
			return asIs(ctx, format, source)
		}

		return remade(ctx, source)
	}

	// A master is longer than its original by at most an orientation tag, or the metadata
	// of a gain map.
	const room = 2048

	cleaned := metadata.NewBuffer(size + room)

	report, err = metadata.Sanitize(cleaned, file)
	if err != nil {
		return Output{}, metadata.Report{}, err
	}

	data := cleaned.Bytes()

	// Variants show only the first frame of an animation, so nothing else would find damage
	// in a later frame.
	if review := codecs[format].review; review != nil {
		if data, err = review(ctx, data); err != nil {
			return Output{}, metadata.Report{}, err
		}
	}

	if len(data) != cleaned.Len() {
		report.Cut()
	}

	return outputOf(data, format, 0, 0), report, nil
}

func read(file io.Reader, size int64) ([]byte, error) {
	source := make([]byte, size)
	if _, err := io.ReadFull(file, source); err != nil {
		return nil, fmt.Errorf("read the image: %w", err)
	}

	return source, nil
}

// asIs copies a HEIC or AVIF without its metadata.
func asIs(ctx context.Context, format metadata.Format, source []byte) (Output, metadata.Report, error) {
	if err := ctx.Err(); err != nil {
		return Output{}, metadata.Report{}, err
	}

	master, report, err := metadata.AsIs(source)
	if err != nil {
		return Output{}, metadata.Report{}, err
	}

	return outputOf(master, format, 0, 0), report, nil
}

func remade(ctx context.Context, source []byte) (Output, metadata.Report, error) {
	stripped, err := metadata.Carried(bytes.NewReader(source), int64(len(source)))
	if err != nil {
		return Output{}, metadata.Report{}, err
	}

	master, err := Master(ctx, source)
	if err != nil {
		return Output{}, metadata.Report{}, err
	}

	return master, metadata.Report{Removed: stripped}, nil
}
