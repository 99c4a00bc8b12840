package report

import "slices"

// Report names the metadata that were removed from a file.
type Report struct {
	// Removed has the kinds that were found, out of [Kinds], sorted and without
	// duplicates. It never contains a value. If nothing was found, it is empty, not nil.
	Removed []string
	// Kept names what a master still has besides the description of its pixels, out of
	// [Kept]. It is nil if there is nothing.
	Kept []string
}

// Cut adds the kind of the bytes that were removed after the last good frame of an image.
func (r *Report) Cut() {
	if !slices.Contains(r.Removed, Trailer) {
		r.Removed = append(r.Removed, Trailer)
		slices.Sort(r.Removed)
	}
}

// Kept returns what a [Report] can name as kept: "gainmap" is a JPEG's HDR gain map.
func Kept() []string { return []string{GainMap} }

// Set is a set of kinds.
type Set map[string]bool

// Add adds kinds.
func (f Set) Add(kinds ...string) {
	for _, kind := range kinds {
		f[kind] = true
	}
}

// Report returns a report of the kinds as removed.
func (f Set) Report() Report {
	removed := make([]string, 0, len(f))
	for kind := range f {
		removed = append(removed, kind)
	}

	slices.Sort(removed)

	return Report{Removed: removed}
}
