package replay

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"triptych/shared/keys"
	"triptych/shared/ledger"
)

// tidy closes what the executions before a restart had begun and nobody will
// finish: where the recipe has changed since, the restart makes another version
// of the same upload, and the old one would stay in work for ever. Its item
// becomes SUPERSEDED, and its objects go; no manifest ever named them.
func (r *Replay) tidy(ctx context.Context, one *work, successor string) error {
	upload, ok := uploadOf(one.input())
	if !ok || MachineARN(successor) != r.Target.Stack.PipelineARN {
		return nil
	}

	items, err := r.Target.Ledger.Versions(ctx, upload.Key)
	if err != nil {
		return err // It names the key.
	}

	for _, item := range items {
		same := item.Sequencer == upload.Sequencer && item.SourceVersionID == upload.VersionID
		begun := item.Status == ledger.Processing && item.Owner != successor &&
			(slices.Contains(one.before, item.Owner) || over(item, time.Now()))

		if !same || !begun {
			continue
		}

		owner, err := r.describe(ctx, item.Owner)
		if err != nil || owner.running() {
			return err
		}

		if err := r.Target.Ledger.Supersede(ctx, upload, item.Version, successor); err != nil {
			return err // It names the key.
		}

		if err := r.sweep(ctx, keys.VersionFolder(item.Key, item.Version)); err != nil {
			return err
		}
	}

	return nil
}

// sweep removes the objects of a version.
func (r *Replay) sweep(ctx context.Context, prefix string) error {
	pages := s3.NewListObjectsV2Paginator(r.Target.S3, &s3.ListObjectsV2Input{
		Bucket: aws.String(r.Target.Stack.VariantsBucket), Prefix: &prefix,
	})

	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list %s: %w", prefix, err)
		}

		if len(page.Contents) == 0 {
			continue
		}

		objects := make([]types.ObjectIdentifier, len(page.Contents))
		for i := range page.Contents {
			objects[i].Key = page.Contents[i].Key
		}

		out, err := r.Target.S3.DeleteObjects(ctx, &s3.DeleteObjectsInput{
			Bucket: aws.String(r.Target.Stack.VariantsBucket), Delete: &types.Delete{Objects: objects, Quiet: aws.Bool(true)},
		})
		if err != nil {
			return fmt.Errorf("remove what is below %s: %w", prefix, err)
		}

		if len(out.Errors) > 0 {
			return fmt.Errorf("remove %s: %s", aws.ToString(out.Errors[0].Key), aws.ToString(out.Errors[0].Code))
		}
	}

	return nil
}
