package purge

import (
	"cmp"
	"slices"
	"strings"

	"triptych/shared/keys"
	"triptych/shared/ledger"
)

const (
	// maxPaths is the maximum number of wildcards of one invalidation. CloudFront
	// processes at most 15 wildcards of a distribution at one time (Amazon CloudFront
	// Developer Guide, "Concurrent invalidation request maximum").
	maxPaths = 10
	// mergeAbove is the maximum number of photos for which each photo has its own
	// wildcard. 300 photos need 30 invalidations, which take half an hour at a minute
	// each. If more photos wait, their wildcards are merged.
	mergeAbove = 300
)

// group is one wildcard and the purges that it covers.
type group struct {
	prefix string // of object keys
	purges []ledger.Purge
}

func (g *group) path() string { return keys.InvalidationPath(g.prefix) }

// since returns the time of the group's oldest purge.
func (g *group) since() string {
	return slices.MinFunc(g.purges, func(a, b ledger.Purge) int { return cmp.Compare(a.Since, b.Since) }).Since
}

// groups returns the wildcards that cover all purges. The wildcard of the oldest purge is
// the first.
//
// If there are at most mergeAbove photos, each photo has its own wildcard. The wildcards of
// more photos are merged into maxPaths wildcards. A merged wildcard is the longest common
// prefix of its photos. The photos are divided so that the total length of the prefixes is
// as large as possible. A merged wildcard also removes other photos from the cache; for each
// of them, the next view costs a request to S3. A wildcard never covers the whole cache. So
// there can be more than maxPaths wildcards: at most one for each first letter.
func groups(purges []ledger.Purge) []group {
	all := apart(purges)
	if len(all) > mergeAbove {
		all = merged(all)
	}

	slices.SortStableFunc(all, func(a, b group) int { return cmp.Compare(a.since(), b.since()) })

	return all
}

// apart groups the purges that must share a wildcard: purges of the same photo, and purges
// whose prefix in an invalidation path begins with the prefix of another purge.
func apart(purges []ledger.Purge) []group {
	sorted := make([]group, len(purges))
	for i, one := range purges {
		sorted[i] = group{keys.InvalidationPrefix(keys.Folder(one.Key)), []ledger.Purge{one}}
	}

	slices.SortStableFunc(sorted, func(a, b group) int { return strings.Compare(a.prefix, b.prefix) })

	var all []group

	for _, one := range sorted { // A prefix sorts before all prefixes that begin with it.
		if last := len(all) - 1; last >= 0 && strings.HasPrefix(one.prefix, all[last].prefix) {
			all[last].purges = append(all[last].purges, one.purges...)
		} else {
			all = append(all, one)
		}
	}

	return all
}

// merged merges groups that are neighbors in the order of their prefixes. It keeps two
// neighbors apart if they have no common prefix. Apart from these, it separates the
// neighbors with the shortest common prefixes, until there are maxPaths groups.
func merged(all []group) []group {
	type border struct{ at, common int }

	borders := make([]border, len(all)-1)
	for i := range borders {
		borders[i] = border{i + 1, len(common(all[i].prefix, all[i+1].prefix))}
	}

	slices.SortStableFunc(borders, func(a, b border) int { return cmp.Compare(a.common, b.common) })

	var cuts []int

	for i, one := range borders {
		if one.common == 0 || i < maxPaths-1 {
			cuts = append(cuts, one.at)
		}
	}

	slices.Sort(cuts)

	joined := make([]group, 0, len(cuts)+1)
	from := 0

	for _, to := range append(cuts, len(all)) {
		run := all[from:to]
		one := group{prefix: common(run[0].prefix, run[len(run)-1].prefix)}

		for i := range run {
			one.purges = append(one.purges, run[i].purges...)
		}

		joined, from = append(joined, one), to
	}

	return joined
}

// common returns the longest common prefix of a and b, in whole characters.
func common(a, b string) string {
	length := 0
	for length < min(len(a), len(b)) && a[length] == b[length] {
		length++
	}

	return keys.InvalidationPrefix(a[:length])
}
