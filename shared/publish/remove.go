package publish

import (
	"context"
	"slices"
	"strings"

	"triptych/shared/keys"
	"triptych/shared/recipe"
)

// Objects lists and deletes objects: see [blobs.Store].
type Objects interface {
	Deleter
	List(ctx context.Context, bucket, prefix string) ([]string, error)
}

// Remove deletes all objects of one version of a key, and returns their number. An object
// that [PutVariant] writes meanwhile is removed too, by Remove or by PutVariant.
func Remove(ctx context.Context, objects Objects, bucket, key, version string) (int, error) {
	return sweep(ctx, objects, bucket, keys.VersionFolder(key, version), everything)
}

// everything returns a function that matches every object.
func everything(context.Context) (func(object string) bool, error) {
	return func(string) bool { return true }, nil
}

// sweep deletes the matching objects with a prefix, and returns their number.
//
// A list could miss a variant that is written while objects are listed. Therefore sweep
// deletes the masters first and then lists the objects again. It deletes the other objects
// only when a list contains no master. [PutVariant] checks the master after it writes a
// variant. So either the variant is in that last list, or PutVariant finds no master and
// removes the variant.
//
// sweep calls match again after each list: see eraseOlder.
func sweep(
	ctx context.Context, objects Objects, bucket, prefix string,
	match func(context.Context) (func(object string) bool, error),
) (int, error) {
	removed := 0

	for range maxSwaps {
		found, err := objects.List(ctx, bucket, prefix)
		if err != nil {
			return removed, err
		}

		matches, err := match(ctx)
		if err != nil {
			return removed, err
		}

		rest := slices.DeleteFunc(found, func(object string) bool { return !matches(object) })

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

	return removed, contention(prefix)
}

// isMaster reports whether an object is a sanitized original: see [keys.Master].
func isMaster(object string) bool {
	name := object[strings.LastIndexByte(object, '/')+1:]

	return strings.HasPrefix(name, recipe.MasterName+".")
}
