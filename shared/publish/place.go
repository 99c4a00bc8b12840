package publish

import (
	"context"
	"fmt"

	"triptych/shared/blobs"
	"triptych/shared/faults"
)

// Variants is where variants are put: see [blobs.Store].
type Variants interface {
	Deleter
	Put(ctx context.Context, bucket, key string, object blobs.Object) error
	Exists(ctx context.Context, bucket, key string) (bool, error)
}

// Deleter deletes objects: see [blobs.Store].
type Deleter interface {
	Delete(ctx context.Context, bucket, key string) error
}

// Place puts a variant beside the master that it was made of. Where the master is
// no longer there, it takes the variant away and returns Superseded: the upload
// was erased, rejected or overtaken while the variant was being made, and whoever
// removed the rest has been here and may not come again.
func Place(ctx context.Context, variants Variants, bucket, master, variant string, object blobs.Object) error {
	if err := variants.Put(ctx, bucket, variant, object); err != nil {
		return err
	}

	// After the variant: see sweep.
	kept, err := variants.Exists(ctx, bucket, master)
	if err != nil {
		return err
	}

	if !kept {
		return Displace(ctx, variants, bucket, variant)
	}

	return nil
}

// Displace takes away what was made of something that is gone, the variant of a
// master or the master of an original, and returns Superseded. An attempt before
// this one may have put it, and died before it could look.
func Displace(ctx context.Context, objects Deleter, bucket, object string) error {
	if err := objects.Delete(ctx, bucket, object); err != nil {
		return fmt.Errorf("displace what has no source: %w", err)
	}

	return faults.New(faults.Superseded, "")
}
