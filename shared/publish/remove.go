package publish

import (
	"context"
	"slices"
	"strings"

	"triptych/shared/keys"
	"triptych/shared/recipe"
)

// Objects finds and deletes objects: see [blobs.Store].
type Objects interface {
	Deleter
	List(ctx context.Context, bucket, prefix string) ([]string, error)
}

// Remove deletes all objects of one version of a key, and says how many there
// were. What [Place] writes meanwhile goes too, by one hand or the other.
func Remove(ctx context.Context, objects Objects, bucket, key, version string) (int, error) {
	return sweep(ctx, objects, bucket, keys.VersionFolder(key, version), everything)
}

// everything is the condition that any object meets.
func everything(context.Context) (func(object string) bool, error) {
	return func(string) bool { return true }, nil
}

// sweep deletes the objects below a prefix that are condemned, and says how many
// there were.
//
// A variant that is put while the objects are listed would be overlooked. So the
// masters go first, and the rest only by a list in which there is none: whoever
// puts a variant looks for its master afterwards, see [Place]. Either the variant
// is in that list, or its master was gone before it came to look.
//
// Condemn is asked anew behind each list: see eraseOlder.
func sweep(
	ctx context.Context, objects Objects, bucket, prefix string,
	condemn func(context.Context) (func(object string) bool, error),
) (int, error) {
	removed := 0

	for range maxSwaps {
		found, err := objects.List(ctx, bucket, prefix)
		if err != nil {
			return removed, err
		}

		condemned, err := condemn(ctx)
		if err != nil {
			return removed, err
		}

		rest := slices.DeleteFunc(found, func(object string) bool { return !condemned(object) })

		masters := slices.DeleteFunc(slices.Clone(rest), func(object string) bool { return !isMaster(object) })
		if len(masters) > 0 {
			rest = masters
		}

		for _, object := range rest {
			if err := objects.Delete(ctx, bucket, object); err != nil {
				return removed, err
			}
		}

		if removed += len(rest); len(masters) == 0 {
			return removed, nil
		}
	}

	return removed, restless(prefix)
}

// isMaster says whether an object is a cleaned original: see [keys.Master].
func isMaster(object string) bool {
	name := object[strings.LastIndexByte(object, '/')+1:]

	return strings.HasPrefix(name, recipe.MasterName+".")
}
