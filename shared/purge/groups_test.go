package purge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"triptych/shared/keys"
	"triptych/shared/ledger"
)

func purgesOf(keys ...string) []ledger.Purge {
	all := make([]ledger.Purge, len(keys))
	for i, key := range keys {
		all[i] = ledger.Purge{Key: key, ID: fmt.Sprint(i), Since: fmt.Sprintf("%06d", i)}
	}

	return all
}

func paths(all []group) []string {
	out := make([]string, len(all))
	for i := range all {
		out[i] = all[i].path()
	}

	return out
}

func TestGroups_apart(t *testing.T) {
	got := groups(purgesOf("b/c.jpg", "a b.jpg", "b/c.jpg", "x~1.jpg", "x~2.jpg", "xyz.jpg"))
	// The oldest purge is first. The wildcard /x* ends before the `~`, because an invalidation
	// path cannot contain a `~`.
	want := []string{"/b/c.jpg/-/*", "/a%20b.jpg/-/*", "/x*"}

	if diff := gocmp.Diff(want, paths(got)); diff != "" {
		t.Error(diff)
	}

	if len(got[2].purges) != 3 {
		t.Errorf("/x* covers %v", got[2].purges)
	}
}

// TestGroups_merged checks that many purges are merged into a few wildcards. A wildcard
// covers only one folder if possible.
func TestGroups_merged(t *testing.T) {
	var all []string

	for user := range 5 {
		for photo := range 200 {
			all = append(all, fmt.Sprintf("users/%d/%04d.jpg", user+1, photo))
		}
	}

	got := paths(groups(purgesOf(all...)))
	if len(got) != maxPaths {
		t.Errorf("%d paths: %v", len(got), got)
	}

	for _, path := range got {
		if !strings.HasPrefix(path, "/users/") || len(path) < len("/users/1/*") {
			t.Errorf("%s covers more than one user", path)
		}
	}

	// At the limit, each purge has its own wildcard.
	if got := groups(purgesOf(all[:mergeAbove]...)); len(got) != mergeAbove {
		t.Errorf("%d wildcards for %d photos", len(got), mergeAbove)
	}

	// Keys without a common prefix are not merged into a wildcard for the whole
	// distribution.
	all = nil
	for i := range 1000 {
		all = append(all, fmt.Sprintf("%c%d.jpg", 'a'+rune(i%26), i))
	}

	if got := paths(groups(purgesOf(all...))); len(got) != 26 || slices.Contains(got, "/*") {
		t.Errorf("%d paths: %v", len(got), got)
	}
}

// TestGroups_cover checks with random keys that exactly one wildcard covers each purge.
func TestGroups_cover(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.StringMatching(`[ab~é]{1,3}/[a-d%é]{1,6}`), 1, 700).Draw(t, "keys")
		want := purgesOf(all...)

		var got []ledger.Purge

		for _, one := range groups(want) {
			for _, covered := range one.purges {
				if folder := keys.Path(keys.Folder(covered.Key)); !strings.HasPrefix(folder, strings.TrimSuffix(one.path(), "*")) {
					t.Fatalf("%s does not cover %s", one.path(), folder)
				}
			}

			got = append(got, one.purges...)
		}

		slices.SortFunc(got, func(a, b ledger.Purge) int { return cmp.Compare(a.Since, b.Since) })

		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}
