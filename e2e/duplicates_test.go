package e2e_test

import (
	"slices"
	"testing"

	"triptych/e2e/fixture"
)

// TestUpload_sameFileTwice uploads a file twice. There must be two versions, each under
// its own URLs, and the manifest must name the newer version.
func TestUpload_sameFileTwice(t *testing.T) {
	t.Parallel()

	const key = "twice/photo.jpg"

	file := write(t, t.TempDir(), "photo.jpg", fixture.JPEG(fixture.Quarters(400, 300, 91)))
	first := upload(t, exitWell, under, "--prefix", "twice/", file)[key]
	second := upload(t, exitWell, under, "--prefix", "twice/", file)[key]

	first.ready(t)
	second.ready(t)

	if first.Version == second.Version || first.ExecutionARN == second.ExecutionARN {
		t.Errorf("two uploads share a version or an execution: %+v, %+v", first, second)
	}

	items := versionsOf(t, under, key)
	if len(items) != 2 || items[0].Status != "READY" || items[1].Status != "READY" {
		t.Errorf("ledger: %+v, want two READY", items)
	}

	if found := fetchManifest(t, under, key); found.Version != second.Version {
		t.Errorf("the manifest names %s, want the newer %s", found.Version, second.Version)
	}

	// The older URLs stay valid.
	for _, made := range slices.Concat(first.Variants, second.Variants) {
		immutableObject(t, made.URL, "image/jpeg")
	}
}

// TestManyUploadsOfOneKey writes one key repeatedly without waiting. All executions may
// run at the same time and end in any order. The newest upload must be published.
func TestManyUploadsOfOneKey(t *testing.T) {
	t.Parallel()

	const (
		key   = "race/photo.jpg"
		times = 8
	)

	var newest string
	for i := range times {
		newest = put(t, under, key, fixture.JPEG(fixture.Quarters(300+i, 200, uint64(i))))
	}

	items := awaitVersions(t, under, key, times)
	if len(items) != times {
		t.Fatalf("%d items, want %d", len(items), times)
	}

	found := fetchManifest(t, under, key)

	for _, one := range items {
		switch {
		case one.SourceVersionID == newest:
			if one.Status != "READY" || one.Version != found.Version || found.Source.Width != 300+times-1 {
				t.Errorf("newest %+v; manifest %s, %d wide", one, found.Version, found.Source.Width)
			}
		case one.Status == "SUPERSEDED":
			if left := objectsUnder(t, under, under.Stack.VariantsBucket, key+"/-/"+one.Version+"/"); len(left) != 0 {
				t.Errorf("superseded, but %q are left", left)
			}
		case one.Status != "READY":
			t.Errorf("%+v, want READY or SUPERSEDED", one)
		}
	}
}
