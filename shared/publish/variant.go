package publish

import (
	"context"
	"fmt"

	"triptych/shared/blobs"
	"triptych/shared/errorcode"
)

// Variants is the bucket to which variants are written: see [blobs.Store].
type Variants interface {
	Deleter
	Put(ctx context.Context, bucket, key string, object blobs.Object) error
	Exists(ctx context.Context, bucket, key string) (bool, error)
}

// Deleter deletes objects: see [blobs.Store].
type Deleter interface {
	Delete(ctx context.Context, bucket, key string) error
}

// PutVariant writes a variant into the folder of its master. If the master no longer exists,
// PutVariant removes the variant and returns Superseded: the upload was erased, rejected or
// superseded while the variant was being made. The process that removed the other objects
// may not run again, so it would not remove this variant.
func PutVariant(ctx context.Context, variants Variants, bucket, master, variant string, object blobs.Object) error {
	if err := variants.Put(ctx, bucket, variant, object); err != nil {
		return err
	}

	// Check for the master after the variant is written: see sweep.
	kept, err := variants.Exists(ctx, bucket, master)
	if err != nil {
		return err
	}

	if !kept {
		return RemoveOrphan(ctx, variants, bucket, variant)
	}

	return nil
}

// RemoveOrphan removes an object whose source no longer exists, and returns Superseded. The
// source of a variant is its master, and the source of a master is the original. An earlier
// attempt may have written the object, and may have died before its check.
func RemoveOrphan(ctx context.Context, objects Deleter, bucket, object string) error {
	if err := objects.Delete(ctx, bucket, object); err != nil {
		return fmt.Errorf("remove an object without a source: %w", err)
	}

	return errorcode.New(errorcode.Superseded, "")
}
