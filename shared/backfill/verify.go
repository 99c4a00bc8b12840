package backfill

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"triptych/picture"
	"triptych/shared/blobs"
	"triptych/shared/contract"
	"triptych/shared/keys"
	"triptych/shared/ledger"
	"triptych/shared/recipe"
)

// maxManifestBytes is far more than 32 variants need.
const maxManifestBytes = 1 << 20

// verify makes a decision to start the pipeline of one not to, where the version that
// is to be served is READY and something of it is lost. Versions that are not current
// are not verified: another recipe, or a newer upload, has taken their place.
func (d *Decider) verify(ctx context.Context, about *Decision, own []ledger.Item, current ledger.Current) error {
	var served *ledger.Item

	for i := range own {
		if own[i].Version == current.Version && about.Action == Nothing {
			served = &own[i]
		}
	}

	if about.Action == Restore {
		served = about.Item
	}

	if about.Action == Start {
		return d.place(ctx, about)
	}

	if served == nil || served.Status != ledger.Ready || current.Erased {
		return nil
	}

	whole, err := d.whole(ctx, served, about.Action == Nothing)
	if err != nil || whole {
		return err
	}

	about.Action, about.Reason, about.Replaces = Start, Lost, contract.LostObjects

	return nil
}

// place puts an upload of which the ledger knows less than the manifest after what the
// manifest names: the ledger was restored from an earlier time, or is lost. Otherwise
// the manifest, as the newer one, would never name what is made.
func (d *Decider) place(ctx context.Context, about *Decision) error {
	manifest, err := d.manifest(ctx, about.Upload.Key)
	if err != nil || manifest.Sequencer <= about.Upload.Sequencer {
		return err
	}

	about.Upload.Sequencer = manifest.Sequencer
	if manifest.Source.ETag != about.Upload.ETag {
		about.Upload.Sequencer = contract.NextSequencer(manifest.Sequencer)
	}

	about.Version = keys.Version(about.Upload.Identity(), d.Variants, picture.Revision)

	return nil
}

// manifest reads what is published; it is empty where there is none, or where it cannot
// be read as one.
func (d *Decider) manifest(ctx context.Context, key string) (contract.Manifest, error) {
	text, _, err := d.Made.Get(ctx, d.MadeBucket, keys.Manifest(key), "", maxManifestBytes)
	if errors.Is(err, blobs.ErrNotFound) {
		return contract.Manifest{}, nil
	}

	if err != nil {
		return contract.Manifest{}, err
	}

	var manifest contract.Manifest
	if json.Unmarshal(text, &manifest) != nil {
		return contract.Manifest{}, nil //nolint:nilerr // It counts as none.
	}

	return manifest, nil
}

// whole says whether everything of a version is there: its sanitized original, each
// file with the size that the ledger has, and a manifest, which names it where it is
// published.
func (d *Decider) whole(ctx context.Context, item *ledger.Item, published bool) (bool, error) {
	folder := keys.VersionFolder(item.Key, item.Version)

	sizes, err := d.Made.Sizes(ctx, d.MadeBucket, folder)
	if err != nil {
		return false, err
	}

	master := false
	for object := range sizes {
		master = master || strings.HasPrefix(object, folder+recipe.MasterName+".")
	}

	if !master {
		return false, nil
	}

	for _, file := range item.Files() {
		if bytes, there := sizes[folder+file.Name]; !there || bytes != file.Bytes {
			return false, nil
		}
	}

	manifest, err := d.manifest(ctx, item.Key)

	return manifest.Version == item.Version || (!published && manifest.Version != ""), err
}
