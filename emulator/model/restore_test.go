package model_test

import (
	"context"
	"fmt"

	"triptych/shared/blobs"
	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/keys"
	"triptych/shared/ledger"
	"triptych/shared/publish"
)

// twice processes an upload with two recipes, one after the other. It returns an
// execution of a backfill with the first recipe, which restores the variants of this
// recipe.
func (w *environment) twice(u upload) []execution {
	for _, made := range []string{version(u.at), "0ther0000000"} {
		if err := w.makeAs(u, made); err != nil {
			panic(fmt.Sprintf("set up the scenario: %v", err))
		}
	}

	return []execution{{tasks: []task{w.restore(u)}}}
}

// makeAs executes the pipeline for an upload. The argument made is the version, which
// stands for a recipe.
func (w *environment) makeAs(u upload, made string) error {
	ctx := context.Background()
	subject := w.subject(u)

	err := w.protocol.Claim(ctx, subject, made, u.execution, "")

	for _, name := range []string{"original", "small"} {
		if err == nil {
			err = w.bucket.Put(ctx, "", keys.Variant(w.key, made, name, "jpg"), blobs.Object{Body: []byte(name)})
		}
	}

	if err != nil {
		return err
	}

	_, err = w.protocol.Publish(ctx, publish.Upload{Plan: contract.Plan{Upload: subject, Version: made}, Execution: u.execution})

	return err
}

// restore is the task of the backfill: it reads the item, and restores a READY version.
func (w *environment) restore(u upload) task {
	return func(ctx context.Context) error {
		item, _, err := w.ledger.Item(ctx, w.key, version(u.at))
		if err != nil {
			return err
		}

		if item.Status != ledger.Ready {
			return errorcode.New(errorcode.Superseded, "")
		}

		return w.protocol.Restore(ctx, item)
	}
}

// restorations returns scenarios in which a backfill restores the variants of an earlier
// recipe.
func restorations() map[string]scenario {
	one, two := upload{at: 1, execution: "one"}, upload{at: 2, execution: "two"}

	return map[string]scenario{
		"a restore": {
			history: history{uploads: []int{1}},
			actors:  func(w *environment) []execution { return w.twice(one) },
		},
		"two restores": {
			history: history{uploads: []int{1}},
			actors: func(w *environment) []execution {
				return append(w.twice(one), execution{tasks: []task{w.restore(one)}})
			},
		},
		"a restore, and the original is deleted": {
			history: history{uploads: []int{1}, deleted: 2},
			actors: func(w *environment) []execution {
				return append(w.twice(one), execution{tasks: w.deleteKey(2)})
			},
		},
		"a restore, and the version is permanently deleted": {
			history: history{uploads: []int{1}, permanent: []int{1}},
			actors: func(w *environment) []execution {
				return append(w.twice(one), execution{tasks: w.deleteVersion(1)})
			},
		},
		"a restore, and a newer upload": {
			history: history{uploads: []int{1, 2}},
			actors: func(w *environment) []execution {
				return append(w.twice(one), execution{tasks: w.process(two)})
			},
		},
	}
}
