package model_test

import (
	"context"
	"strings"
	"testing"

	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/publish"
)

// TestErase_bad_key erases a key that was rejected as BAD_KEY. Only the ledger knows such
// a key. Objects below it may belong to another key, or have names that S3 rejects, so
// the bucket stays unchanged.
func TestErase_bad_key(t *testing.T) {
	for name, key := range map[string]string{"too long": strings.Repeat("k", 1024), "reaches into another's": "cat.jpg/-/0123456789ab"} {
		for how, erase := range map[string]func(context.Context, *publish.Protocol) (publish.Erased, error){
			"key": func(ctx context.Context, p *publish.Protocol) (publish.Erased, error) {
				return p.EraseKey(ctx, key, sequencer(2), publish.Attempt{})
			},
			"version": func(ctx context.Context, p *publish.Protocol) (publish.Erased, error) {
				return p.EraseVersion(ctx, key, sourceID(1), publish.Attempt{})
			},
		} {
			t.Run(name+", "+how, func(t *testing.T) {
				w := newFixture(t).environment()
				w.bucket.objects = nil // A write to it panics.
				w.protocol.Blobs = nil

				rejected := contract.Upload{Key: key, VersionID: sourceID(1), Sequencer: sequencer(1)}
				if _, err := w.protocol.Reject(t.Context(), rejected, version(1), "arn:first", errorcode.New(errorcode.BadKey, "")); err != nil {
					t.Fatal(err)
				}

				if erased, err := erase(t.Context(), w.protocol); err != nil || erased != (publish.Erased{Versions: 1}) {
					t.Errorf("erased %+v, %v", erased, err)
				}

				if left, err := w.ledger.Versions(t.Context(), key); err != nil || len(left) != 0 {
					t.Errorf("%+v are left, %v", left, err)
				}
			})
		}
	}
}
