package failures

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"triptych/cli/internal/replay"
)

// varying matches the parts of an error that differ although the cause is the same: ids,
// numbers and times.
var varying = regexp.MustCompile(`(?i)\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{8,}\b|\d+(\.\d+)?`)

// causeOf returns a failure's error without the parts that vary.
func causeOf(one *replay.Result) string {
	text := one.Error
	if one.Key != "" {
		text = strings.ReplaceAll(text, one.Key, "…")
	}

	text = varying.ReplaceAllString(text, "…")

	switch {
	case text != "":
		return text
	case one.Action == replay.None:
		return cmp.Or(one.Reason, "No action is needed")
	case one.Status == replay.StatusUndelivered:
		return "The event was not delivered"
	default:
		return "The execution no longer exists"
	}
}

// groupByCause groups failures by cause, largest group first.
func groupByCause(all []replay.Result) []group {
	places := map[string]int{}

	var groups []group

	for i := range all {
		cause := causeOf(&all[i])

		place, known := places[cause]
		if !known {
			place = len(groups)
			places[cause] = place
			sum := sha256.Sum256([]byte(cause))
			groups = append(groups, group{ID: "g" + hex.EncodeToString(sum[:6]), Cause: cause})
		}

		groups[place].Entries = append(groups[place].Entries, all[i])
	}

	slices.SortStableFunc(groups, func(a, b group) int { return cmp.Compare(b.Count(), a.Count()) })

	for i := range groups {
		groups[i].Actions = actionsOf(groups[i].Entries)
	}

	return groups
}

func actionsOf(entries []replay.Result) string {
	counts := map[replay.Action]int{}
	for i := range entries {
		counts[entries[i].Action]++
	}

	var parts []string

	for _, action := range []replay.Action{replay.Redrive, replay.Restart} {
		if counts[action] > 0 {
			parts = append(parts, fmt.Sprintf("%d to %s", counts[action], action))
		}
	}

	if counts[replay.None] > 0 {
		parts = append(parts, fmt.Sprintf("%d without action", counts[replay.None]))
	}

	return strings.Join(parts, ", ")
}
