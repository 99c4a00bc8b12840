package e2e_test

import (
	"regexp"
	"strings"
	"testing"

	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/e2e/fixture"
)

// TestRejections uploads bad files beside a good one. Their executions must succeed, so
// that no alarm is raised, and each upload must have its code and reason.
func TestRejections(t *testing.T) {
	t.Parallel()

	const (
		prefix = "rejections/"
		// The data of this GIF has a code that is not in the LZW table.
		brokenGIF = "GIF89a\x04\x00\x04\x00\x80\x00\x00abcdef,\x00\x00\x00\x00\x04\x00\x04\x00\x00\x02\x02\xff\xff\x00;"
	)

	photo := fixture.Photo(fixture.Quarters(800, 600, 41), 1)
	still := fixture.AnimatedGIF(180, 170, fixture.Quarters(180, 170, 44))
	drawing := fixture.PNG(fixture.Quarters(400, 300, 42))

	tests := map[string]struct {
		content []byte
		code    string
	}{
		"cat.jpg":        {[]byte("This is a text about a cat, and not its picture.\n"), "NOT_AN_IMAGE"},
		"nothing.jpg":    {nil, "EMPTY"},
		"half.jpg":       {photo[:len(photo)/2], "TRUNCATED"},
		"half.png":       {drawing[:len(drawing)/2], "TRUNCATED"},
		"bomb.png":       {fixture.BombPNG(30_000), "TOO_MANY_PIXELS"},
		"drawing.svg":    {[]byte(fixture.SVG), "UNSUPPORTED_FORMAT"},
		"drawing.png":    {[]byte(fixture.SVG), "UNSUPPORTED_FORMAT"},
		"scan.tif":       {[]byte("II*\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00"), "CORRUPT"},
		"raw.jpg":        {[]byte("II*\x00\x10\x00\x00\x00CR\x02\x00\x00\x00\x00\x00"), "UNSUPPORTED_FORMAT"},
		"animation.jpg":  {[]byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"), "UNSUPPORTED_FORMAT"},
		"letter.jpg":     {[]byte("%PDF-1.7\n"), "UNSUPPORTED_FORMAT"},
		"half.tif":       {fixture.TIFF(fixture.Quarters(64, 48, 1), 1)[:100], "TRUNCATED"},
		"half.heic":      {fixture.Phone("phone.heic")[:1500], "TRUNCATED"},
		"half.avif":      {fixture.Phone("phone.avif")[:500], "TRUNCATED"},
		"wrong.heic":     {fixture.Scrambled(fixture.Phone("phone.heic")), "CORRUPT"},
		"wrong.avif":     {fixture.Scrambled(fixture.Phone("phone.avif")), "CORRUPT"},
		"half.gif":       {still[:len(still)/2], "TRUNCATED"},
		"half.webp":      {fixture.WebP("lossy")[:400], "TRUNCATED"},
		"headless.webp":  {fixture.WebP("animated")[:25], "TRUNCATED"},
		"broken.gif":     {[]byte(brokenGIF), "CORRUPT"},
		"broken.webp":    {fixture.BrokenWebP(), "CORRUPT"},
		"endless.gif":    {fixture.GIF(18, 17, 501), "TOO_MANY_FRAMES"},
		"endless.webp":   {fixture.EndlessWebP(501), "TOO_MANY_FRAMES"},
		"endless.png":    {fixture.EndlessPNG(fixture.Quarters(64, 48, 43), 501), "TOO_MANY_FRAMES"},
		"broken.png":     {fixture.BrokenPNG(300), "CORRUPT"},
		"beside/good.js": {photo, ""},
	}

	folder := t.TempDir()
	for name, test := range tests {
		write(t, folder, name, test.content)
	}

	results := upload(t, exitRejected, under, "--prefix", prefix, folder)
	if len(results) != len(tests) {
		t.Errorf("%d results of %d files", len(results), len(tests))
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			result := results[prefix+name]

			if test.code == "" {
				result.ready(t)

				return
			}

			rejected(t, result, test.code)

			execution := finished(t, under, result.ExecutionARN)
			if execution.Status != sfntypes.ExecutionStatusSucceeded {
				t.Errorf("its execution is %s, want SUCCEEDED: %v", execution.Status, execution.Error)
			}

			items := versionsOf(t, under, result.Key)
			if len(items) != 1 || items[0].Status != "REJECTED" || items[0].Code != test.code || items[0].Reason != result.Reason {
				t.Errorf("ledger: %+v", items)
			}

			if left := objectsUnder(t, under, under.Stack.VariantsBucket, result.Key+"/"); len(left) != 0 {
				t.Errorf("it left %q", left)
			}
		})
	}
}

// rejected checks the code, and that the reason is a sentence for people.
func rejected(t *testing.T, result uploaded, code string) {
	t.Helper()

	if result.Status != "REJECTED" || result.Code != code {
		t.Errorf("%q is %q %s, want REJECTED %s", result.Key, result.Status, result.Code, code)
	}

	if len(result.Variants) != 0 {
		t.Errorf("%q has variants: %+v", result.Key, result.Variants)
	}

	if !sentence.MatchString(result.Reason) || strings.Contains(result.Reason, "%!") {
		t.Errorf("%q: the reason %q is not a sentence", result.Key, result.Reason)
	}
}

// sentence matches a sentence for the uploader. A detail in brackets may follow, for
// readers who know the format.
var sentence = regexp.MustCompile(`^\p{Lu}.{14,}\.( \(.+\))?$`)
