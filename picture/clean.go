package picture

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"triptych/picture/metadata"
)

// Clean makes the master of an image. If metadata.Sanitize rewrites the format, the
// master is the file without its metadata. Otherwise it is the result of [Master]. Clean
// reads at most size bytes. The report names what was removed and what was kept.
//
// Rejections are those of both functions. Read errors of file are returned as they are,
// not as rejections.
func Clean(
	ctx context.Context, format metadata.Format, file io.Reader, size int64,
) (master Output, report metadata.Report, err error) {
	if metadata.EntryOf(format).Sanitize == nil {
		return remade(ctx, file, size)
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

func remade(ctx context.Context, file io.Reader, size int64) (Output, metadata.Report, error) {
	source := make([]byte, size)
	if _, err := io.ReadFull(file, source); err != nil {
		return Output{}, metadata.Report{}, fmt.Errorf("read the image: %w", err)
	}

	stripped, err := metadata.Carried(bytes.NewReader(source), size)
	if err != nil {
		return Output{}, metadata.Report{}, err
	}

	master, err := Master(ctx, source)
	if err != nil {
		return Output{}, metadata.Report{}, err
	}

	return master, metadata.Report{Removed: stripped}, nil
}
