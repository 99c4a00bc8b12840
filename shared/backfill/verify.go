package backfill

import (
	"context"
	"errors"
	"strings"

	"triptych/picture"
	"triptych/shared/blobs"
	"triptych/shared/contract"
	"triptych/shared/keys"
	"triptych/shared/ledger"
	"triptych/shared/manifest"
	"triptych/shared/recipe"
)

// verify checks the objects of the version that a decision would serve. If the version is
// READY and some of its objects are lost, verify changes the action from Nothing or
// Restore to Start. Versions that are not current are not verified: another recipe or a
// newer upload has replaced them.
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

// place increases the sequencer of an upload if the manifest has a higher one. This
// happens if the ledger was lost, or was restored from an earlier time. Without the
// increase, the manifest would always be newer than the upload, and would never name the
// new version.
func (d *Decider) place(ctx context.Context, about *Decision) error {
	published, err := d.manifest(ctx, about.Upload.Key)
	if err != nil || published.Sequencer <= about.Upload.Sequencer {
		return err
	}

	about.Upload.Sequencer = published.Sequencer
	if published.Source.ETag != about.Upload.ETag {
		about.Upload.Sequencer = contract.NextSequencer(published.Sequencer)
	}

	about.Version = keys.Version(about.Upload.Identity(), d.Recipe, picture.Revision)

	return nil
}

// manifest reads the published manifest. It returns an empty one if there is no manifest,
// or if the object cannot be parsed.
func (d *Decider) manifest(ctx context.Context, key string) (contract.Manifest, error) {
	read, _, err := manifest.Read(ctx, d.Made, d.MadeBucket, key)
	if errors.Is(err, blobs.ErrNotFound) || errors.Is(err, manifest.ErrInvalid) {
		return contract.Manifest{}, nil
	}

	return read, err
}

// whole reports whether every object of a version exists: the sanitized original, each
// file with the size that the ledger has, and a manifest. The manifest has to name the
// version if published is set.
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

	current, err := d.manifest(ctx, item.Key)

	return current.Version == item.Version || (!published && current.Version != ""), err
}
