package e2e_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/e2e/fixture"
)

// remove deletes an object or one of its versions.
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

// statusOf returns the status code of the manifest of a key at the CDN.
func statusOf(t *testing.T, against *target, key string) int {
	t.Helper()

	return getPath(t, against.Stack.CDN, "/"+encode(key)+"/-/manifest.json").Status
}

// within calls try until it returns true. It reports whether try did so before the limit.
func within(limit time.Duration, try func() bool) bool {
	for begun := time.Now(); !try(); time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > limit {
			return false
		}
	}

	return true
}

// TestErase deletes an original. Its variants must disappear from the CDN and from the
// bucket, and its items from the ledger.
func TestErase(t *testing.T) {
	t.Parallel()

	const key = "erase/a b+%41é.jpg"

	put(t, under, key, fixture.JPEG(fixture.Quarters(300, 200, 301)))
	awaitVersions(t, under, key, 1)

	made := fetchManifest(t, under, key)
	remove(t, under, key, "")

	eventually(t, "the manifest is gone", func() bool { return statusOf(t, under, key) == http.StatusNotFound })
	eventually(t, "the variants are gone", func() bool { return get(t, made.Variants[0].URL).Status == http.StatusNotFound })
	eventually(t, "the objects are gone", func() bool {
		return len(objectsUnder(t, under, under.Stack.VariantsBucket, key+"/-/")) == 0
	})
	eventually(t, "the ledger has only the tombstone", func() bool { return len(versionsOf(t, under, key)) == 0 })

	// An upload after the erasure is processed as a new one.
	put(t, under, key, fixture.JPEG(fixture.Quarters(320, 200, 302)))
	awaitVersions(t, under, key, 1)

	if again := fetchManifest(t, under, key); again.Source.Width != 320 {
		t.Errorf("after an erasure and an upload: %+v", again.Source)
	}
}

// TestErase_oneVersion deletes one version permanently. Only that version is removed. If
// it was the newest, the version before it becomes current again.
func TestErase_oneVersion(t *testing.T) {
	t.Parallel()

	const key = "erase/versions.jpg"

	var ids []string

	for i := range 3 {
		ids = append(ids, put(t, under, key, fixture.JPEG(fixture.Quarters(300+i, 200, uint64(310+i)))))
		awaitVersions(t, under, key, i+1)
	}

	remove(t, under, key, ids[0])
	eventually(t, "the oldest version is removed", func() bool { return len(versionsOf(t, under, key)) == 2 })

	if found := fetchManifest(t, under, key); found.Source.Width != 302 {
		t.Errorf("the manifest moved to %+v", found.Source)
	}

	remove(t, under, key, ids[2])
	eventually(t, "the version before the newest is current again", func() bool {
		return statusOf(t, under, key) == http.StatusOK && fetchManifest(t, under, key).Source.Width == 301
	})

	remove(t, under, key, ids[1])
	eventually(t, "no object is left", func() bool {
		return statusOf(t, under, key) == http.StatusNotFound && len(versionsOf(t, under, key)) == 0 &&
			len(objectsUnder(t, under, under.Stack.VariantsBucket, key+"/-/")) == 0
	})
}

// TestErase_allVersions erases every version of an original with the command while one of
// them is still processed. A neighboring key must stay.
func TestErase_allVersions(t *testing.T) {
	t.Parallel()

	const key, neighbor = "erase/for good.jpg", "erase/for good.jpg2"

	put(t, under, neighbor, fixture.JPEG(fixture.Quarters(300, 200, 330)))
	awaitVersions(t, under, neighbor, 1)

	for i := range 2 {
		put(t, under, key, fixture.JPEG(fixture.Quarters(300+i, 200, uint64(331+i))))
		awaitVersions(t, under, key, i+1)
	}

	remove(t, under, key, "") // This writes a delete marker between the versions.
	put(t, under, key, fixture.JPEG(fixture.Quarters(310, 200, 340)))

	out := expect(t, exitWell, under, "erase", "--yes", "--json", key)
	shape(t, out.Stdout, "key", "status", "versions", "error", "millis")

	result := lines[struct {
		Key, Status, Error string
		Versions, Millis   int
	}](t, out.Stdout)[0]
	if result.Key != key || result.Status != "ERASED" || result.Versions != 4 || result.Error != "" {
		t.Errorf("printed %+v", result)
	}

	left, err := under.s3().ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{
		Bucket: &under.Stack.UploadsBucket, Prefix: aws.String(key),
	})
	if err != nil {
		t.Fatal(err)
	}

	if len(left.Versions) != 1 || len(left.DeleteMarkers) != 0 || aws.ToString(left.Versions[0].Key) != neighbor {
		t.Errorf("left in the uploads bucket: %+v, %+v", left.Versions, left.DeleteMarkers)
	}

	eventually(t, "the manifest is gone", func() bool { return statusOf(t, under, key) == http.StatusNotFound })
	eventually(t, "the objects are gone", func() bool {
		return len(objectsUnder(t, under, under.Stack.VariantsBucket, key+"/-/")) == 0
	})

	// The execution that runs may find that its upload is erased. It removes its objects,
	// then its item.
	eventually(t, "the ledger has only superseded versions", func() bool {
		return !slices.ContainsFunc(versionsOf(t, under, key), func(one item) bool { return one.Status != "SUPERSEDED" })
	})

	fetchManifest(t, under, neighbor)

	refused := expect(t, exitFailed, under, "erase", "--yes", "erase/never was.jpg")
	mentions(t, refused.Stdout, "FAILED", "erase/never was.jpg", "triptych ls")
}
