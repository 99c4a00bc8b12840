package replay

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/shared/ledger"
	"triptych/shared/publish"
)

// tidy marks abandoned items of the ledger as SUPERSEDED, and removes their objects. An item
// is abandoned if an execution before the restart began it and no execution will finish it.
// This happens if the recipe has changed between that execution and the restart. The restart
// then creates another version of the same upload, and the old version would stay PROCESSING
// forever. No manifest ever named the objects of the old version.
func (r *Replay) tidy(ctx context.Context, one *work, successor string) error {
	upload, ok := uploadOf(one.input())
	if !ok || MachineARN(successor) != r.Target.Stack.PipelineARN {
		return nil
	}

	items, err := r.Target.Ledger.Versions(ctx, upload.Key)
	if err != nil {
		return err // The error names the key.
	}

	for _, item := range items {
		same := item.Sequencer == upload.Sequencer && item.SourceVersionID == upload.VersionID
		if !same || !one.abandoned(item, successor) {
			continue
		}

		owner, err := r.describe(ctx, item.Owner)
		if err != nil || owner.running() {
			return err
		}

		if err := r.Target.Ledger.Supersede(ctx, upload, item.Version, successor); err != nil {
			return err // The error names the key.
		}

		_, err = publish.Remove(ctx, objects{r.Target.S3}, r.Target.Stack.VariantsBucket, item.Key, item.Version)
		if err != nil {
			return err // The error names the object.
		}
	}

	return nil
}

// abandoned reports whether an item is unfinished and no execution will finish it. Its owner
// is an execution before the restart, or the item has failed, or its lease has expired.
func (w *work) abandoned(item ledger.Item, successor string) bool {
	unfinished := item.Status == ledger.Processing || item.Status == ledger.Failed

	return unfinished && item.Owner != successor && (slices.Contains(w.before, item.Owner) || needsReplay(item, time.Now()))
}

// objects implements [publish.Objects] with S3.
type objects struct{ client *s3.Client }

// List implements [publish.Objects].
func (o objects) List(ctx context.Context, bucket, prefix string) ([]string, error) {
	var found []string

	pages := s3.NewListObjectsV2Paginator(o.client, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list %s: %w", prefix, err)
		}

		for i := range page.Contents {
			found = append(found, aws.ToString(page.Contents[i].Key))
		}
	}

	return found, nil
}

// Delete implements [publish.Objects].
func (o objects) Delete(ctx context.Context, bucket, key string) error {
	if _, err := o.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key}); err != nil {
		return fmt.Errorf("remove %s: %w", key, err)
	}

	return nil
}
