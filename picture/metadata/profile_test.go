package metadata_test

import (
	"bytes"
	"compress/zlib"
	"io"
	"runtime"
	"strings"
	"testing"

	"triptych/picture/failure"
	"triptych/picture/metadata"
)

// iccChunk builds one APP2 segment of a profile.
func iccChunk(number, count byte, data string) []byte {
	return segment(app2, "ICC_PROFILE\x00"+string([]byte{number, count})+data)
}

func deflate(t testing.TB, data string) string {
	t.Helper()

	var packed bytes.Buffer

	packer := zlib.NewWriter(&packed)
	if _, err := packer.Write([]byte(data)); err != nil {
		t.Fatal(err)
	}

	if err := packer.Close(); err != nil {
		t.Fatal(err)
	}

	return packed.String()
}

func TestProfile(t *testing.T) {
	rest := join(frame(sof0, 3, 2), scan("x"), eoi)
	long := strings.Repeat("0123456789", 6_000)
	bomb := deflate(t, strings.Repeat("\x00", 5<<20))

	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"none":                  {join(soi, rest), ""},
		"one chunk":             {join(soi, iccChunk(1, 1, "abc"), rest), "abc"},
		"two chunks":            {join(soi, iccChunk(1, 2, long), iccChunk(2, 2, "end"), rest), long + "end"},
		"two chunks, backwards": {join(soi, iccChunk(2, 2, "end"), iccChunk(1, 2, long), rest), long + "end"},
		"a chunk is missing":    {join(soi, iccChunk(1, 3, "a"), iccChunk(3, 3, "c"), rest), ""},
		"a chunk twice":         {join(soi, iccChunk(1, 1, "a"), iccChunk(1, 1, "b"), rest), "a"},
		"after the scan":        {join(soi, frame(sof0, 3, 2), scan("x"), iccChunk(1, 1, "a"), eoi), ""},
		"more than 4 MiB":       {join(soi, bytes.Repeat(iccChunk(1, 1, ""), 3), manyChunks(80), rest), ""},
		"PNG without":           {pngFile(t, nil, nil), ""},
		"PNG":                   {pngFile(t, pngChunk("iCCP", "name\x00\x00"+deflate(t, long)), nil), long},
		"PNG, no zlib stream":   {pngFile(t, pngChunk("iCCP", "name\x00\x00zlib?"), nil), ""},
		"PNG, stream cut":       {pngFile(t, pngChunk("iCCP", "name\x00\x00"+deflate(t, long)[:40]), nil), ""},
		"PNG, another method":   {pngFile(t, pngChunk("iCCP", "name\x00\x01"+deflate(t, long)), nil), ""},
		"PNG, only a name":      {pngFile(t, pngChunk("iCCP", "name"), nil), ""},
		"PNG, more than 4 MiB":  {pngFile(t, pngChunk("iCCP", "name\x00\x00"+bomb), nil), ""},
		"PNG, after its pixels": {pngFile(t, nil, pngChunk("iCCP", "name\x00\x00"+deflate(t, long))), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := metadata.Profile(bytes.NewReader(c.file), int64(len(c.file)))
			if err != nil {
				t.Fatal(err)
			}

			if string(got) != c.want {
				t.Errorf("got %d bytes, want %d", len(got), len(c.want))
			}
		})
	}
}

// manyChunks builds a profile of count chunks of 60,000 bytes.
func manyChunks(count byte) []byte {
	var chunks []byte
	for number := byte(1); number <= count; number++ {
		chunks = append(chunks, iccChunk(number, count, strings.Repeat("x", 60_000))...)
	}

	return chunks
}

// TestProfile_unpackedOnce checks the cost of hundreds of invalid profile chunks. Each
// has a few kilobytes and unpacks to megabytes. All of them must take the time and memory
// of one.
func TestProfile_unpackedOnce(t *testing.T) {
	const unpacked = 3 << 20

	bomb := pngChunk("iCCP", "name\x00\x00"+deflate(t, strings.Repeat("\x00", unpacked)))
	file := pngFile(t, bytes.Repeat(bomb, 300), nil)

	for name, read := range map[string]func() error{
		"Sanitize": func() error {
			_, err := metadata.Sanitize(io.Discard, bytes.NewReader(file))

			return err
		},
		"Profile": func() error {
			_, err := metadata.Profile(bytes.NewReader(file), int64(len(file)))

			return err
		},
	} {
		var before, after runtime.MemStats

		runtime.ReadMemStats(&before)

		if err := read(); err != nil {
			t.Errorf("%s: %v", name, err)
		}

		runtime.ReadMemStats(&after)

		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 10*unpacked {
			t.Errorf("%s: allocated %d bytes", name, allocated)
		}
	}
}

func TestProfile_rejections(t *testing.T) {
	for file, want := range map[string]failure.Kind{
		"":                 failure.Empty,
		"hello":            failure.NotAnImage,
		"II+\x00":          failure.UnsupportedFormat,
		"\xff\xd8\xff\xe0": failure.Truncated,
	} {
		if _, err := metadata.Profile(strings.NewReader(file), int64(len(file))); failure.KindOf(err) != want {
			t.Errorf("%q: got %v, want %s", file, err, want)
		}
	}
}
