package e2e_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/e2e/fixture"
)

// goneWithin is how soon the CDN follows the last event of a key.
const goneWithin = 5 * time.Second

// long asks for as many rounds as the promises name, which take minutes.
func long() bool { return os.Getenv("E2E_LONG") != "" }

// rounds is how often a race is run.
func rounds(usual int) int {
	if long() {
		return 200
	}

	return usual
}

// remove deletes an object, or one version of it, and returns the version id of
// the marker, where one was made.
func remove(t *testing.T, against *target, key, version string) {
	t.Helper()

	in := &s3.DeleteObjectInput{Bucket: &against.Stack.UploadsBucket, Key: &key}
	if version != "" {
		in.VersionId = &version
	}

	if _, err := against.s3().DeleteObject(t.Context(), in); err != nil {
		t.Fatalf("delete %q %s: %v", key, version, err)
	}
}

// statusOf is what the CDN answers of a key's manifest.
func statusOf(t *testing.T, against *target, key string) int {
	t.Helper()

	return getPath(t, against.Stack.CDN, "/"+encode(key)+"/-/manifest.json").Status
}

// soon tries for as long as the CDN may take.
func soon(t *testing.T, what string, try func() bool) {
	t.Helper()

	for begun := time.Now(); !try(); time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > goneWithin {
			t.Fatalf("%s: not within %v", what, goneWithin)
		}
	}
}

// TestErase deletes an original: what was made of it goes from the CDN and from
// the bucket, and from the ledger.
func TestErase(t *testing.T) {
	t.Parallel()

	const key = "erase/a b+%41é.jpg"

	put(t, under, key, fixture.JPEG(fixture.Quarters(300, 200, 301)))
	settled(t, under, key, 1)

	made := fetchManifest(t, under, key)
	remove(t, under, key, "")

	soon(t, "the manifest is gone", func() bool { return statusOf(t, under, key) == http.StatusNotFound })
	soon(t, "the variants are gone", func() bool { return get(t, made.Variants[0].URL).Status == http.StatusNotFound })
	soon(t, "the objects are gone", func() bool {
		return len(objectsUnder(t, under, under.Stack.VariantsBucket, key+"/-/")) == 0
	})
	soon(t, "the ledger has the tombstone alone", func() bool { return len(versionsOf(t, under, key)) == 0 })

	// What comes back is new.
	put(t, under, key, fixture.JPEG(fixture.Quarters(320, 200, 302)))
	settled(t, under, key, 1)

	if again := fetchManifest(t, under, key); again.Source.Width != 320 {
		t.Errorf("after an erasure and an upload: %+v", again.Source)
	}
}

// TestEraseOneVersion deletes one version for good: it goes alone, and where it
// was the newest, the one before it comes back.
func TestEraseOneVersion(t *testing.T) {
	t.Parallel()

	const key = "erase/versions.jpg"

	var ids []string

	for i := range 3 {
		ids = append(ids, put(t, under, key, fixture.JPEG(fixture.Quarters(300+i, 200, uint64(310+i)))))
		settled(t, under, key, i+1)
	}

	remove(t, under, key, ids[0])
	soon(t, "the oldest is gone", func() bool { return len(versionsOf(t, under, key)) == 2 })

	if found := fetchManifest(t, under, key); found.Source.Width != 302 {
		t.Errorf("the manifest moved to %+v", found.Source)
	}

	remove(t, under, key, ids[2])
	soon(t, "the one before the newest comes back", func() bool {
		return statusOf(t, under, key) == http.StatusOK && fetchManifest(t, under, key).Source.Width == 301
	})

	remove(t, under, key, ids[1])
	soon(t, "nothing is left", func() bool {
		return statusOf(t, under, key) == http.StatusNotFound && len(versionsOf(t, under, key)) == 0 &&
			len(objectsUnder(t, under, under.Stack.VariantsBucket, key+"/-/")) == 0
	})
}

// TestDeletionRaces deletes while the pipeline is at work, by pauses that put the
// deletion between any two steps, and uploads again where the story says so.
func TestDeletionRaces(t *testing.T) {
	t.Parallel()

	for name, again := range map[string]bool{"deleted at work": false, "deleted, and uploaded at once": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			for round := range rounds(15) {
				key := fmt.Sprintf("erase/race/%v/%03d.jpg", again, round)
				first := put(t, under, key, fixture.JPEG(fixture.Quarters(300, 200, uint64(1000+round))))

				time.Sleep(time.Duration(round%15) * 12 * time.Millisecond)
				remove(t, under, key, "")

				last := first
				if again {
					last = put(t, under, key, fixture.JPEG(fixture.Quarters(320, 200, uint64(2000+round))))
				}

				checkRace(t, key, last, again)
			}
		})
	}
}

// checkRace waits until the key has settled, and holds it against its story.
func checkRace(t *testing.T, key, last string, kept bool) {
	t.Helper()

	// Nothing older may come back once all has ended.
	quiet := func() bool {
		for _, one := range versionsOf(t, under, key) {
			if one.Status == "PROCESSING" || (one.Status == "READY" && (!kept || one.SourceVersionID != last)) {
				return false
			}
		}

		return true
	}

	if kept {
		soon(t, key+" shows the newest", func() bool {
			return quiet() && statusOf(t, under, key) == http.StatusOK && fetchManifest(t, under, key).Source.Width == 320
		})

		current := fetchManifest(t, under, key)
		for _, variant := range current.Variants {
			if status := get(t, variant.URL).Status; status != http.StatusOK {
				t.Errorf("%s: the manifest names %s: %d", key, variant.URL, status)
			}
		}

		soon(t, "nothing is left of the erased upload of "+key, func() bool {
			for _, object := range objectsUnder(t, under, under.Stack.VariantsBucket, key+"/-/") {
				if !strings.Contains(object, "/-/"+current.Version+"/") && !strings.HasSuffix(object, "/-/manifest.json") {
					return false
				}
			}

			return true
		})

		return
	}

	soon(t, key+" is gone", func() bool {
		return quiet() && statusOf(t, under, key) == http.StatusNotFound &&
			len(objectsUnder(t, under, under.Stack.VariantsBucket, key+"/-/")) == 0
	})
}
