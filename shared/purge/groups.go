package purge

import (
	"cmp"
	"slices"
	"strings"

	"triptych/shared/keys"
	"triptych/shared/ledger"
)

const (
	// maxPaths is how many wildcards one invalidation asks for. CloudFront works on 15 of
	// a distribution at one time (Amazon CloudFront Developer Guide, "Concurrent
	// invalidation request maximum").
	maxPaths = 10
	// mergeAbove is how many pictures may wait for a wildcard of their own each: 30
	// invalidations, half an hour at a minute each. Where more wait, wildcards are merged.
	mergeAbove = 300
)

// group is one wildcard, and the purges that it covers.
type group struct {
	prefix string // of object keys
	purges []ledger.Purge
}

func (g *group) path() string { return keys.InvalidationPath(g.prefix) }

// since is when the oldest of its purges was written.
func (g *group) since() string {
	return slices.MinFunc(g.purges, func(a, b ledger.Purge) int { return cmp.Compare(a.Since, b.Since) }).Since
}

// groups finds the wildcards that cover all purges, that of the oldest purge first.
//
// Up to mergeAbove pictures have a wildcard each. More are merged to maxPaths wildcards,
// each the longest prefix that its pictures have in common, where the prefixes are longest
// in all. A merged wildcard also removes others' pictures from the cache: it costs a
// request to S3 for each of those when it is viewed next. It never removes the whole
// cache, so that there can be more than maxPaths: one for each first letter at most.
func groups(purges []ledger.Purge) []group {
	all := apart(purges)
	if len(all) > mergeAbove {
		all = merged(all)
	}

	slices.SortStableFunc(all, func(a, b group) int { return cmp.Compare(a.since(), b.since()) })

	return all
}

// apart groups the purges that share a wildcard anyway: those of one picture, and those
// whose keys cannot be told apart in an invalidation path.
func apart(purges []ledger.Purge) []group {
	sorted := make([]group, len(purges))
	for i, one := range purges {
		sorted[i] = group{keys.InvalidationPrefix(keys.Folder(one.Key)), []ledger.Purge{one}}
	}

	slices.SortStableFunc(sorted, func(a, b group) int { return strings.Compare(a.prefix, b.prefix) })

	var all []group

	for _, one := range sorted { // A prefix comes before all that begin with it.
		if last := len(all) - 1; last >= 0 && strings.HasPrefix(one.prefix, all[last].prefix) {
			all[last].purges = append(all[last].purges, one.purges...)
		} else {
			all = append(all, one)
		}
	}

	return all
}

// merged joins neighbors in the order of their prefixes. It cuts where two neighbors have
// least in common, and everywhere where they have nothing in common.
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

// common is the longest prefix of both, in whole characters.
func common(a, b string) string {
	length := 0
	for length < min(len(a), len(b)) && a[length] == b[length] {
		length++
	}

	return keys.InvalidationPrefix(a[:length])
}
