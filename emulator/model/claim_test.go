package model_test

import (
	"context"
	"testing"
	"time"

	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/ledger"
)

// TestClaim checks which execution may acquire the work on an upload, for each earlier
// state of the upload.
func TestClaim(t *testing.T) {
	const first, second = "arn:first", "arn:second"

	claim := func(w *environment, owner, replaces string) error {
		return w.ledger.Claim(context.Background(), w.subject(upload{at: 1}), version(1), owner, replaces)
	}
	claimed := func(w *environment) error { return claim(w, first, "") }
	reject := func(w *environment) error {
		_, err := w.ledger.Reject(context.Background(), w.subject(upload{at: 1}), version(1), first, errorcode.New(errorcode.Corrupt, "why"))

		return err
	}
	rejected := func(w *environment) error { return reject(w) }
	superseded := func(w *environment) error {
		return w.ledger.Supersede(context.Background(), w.subject(upload{at: 1}), version(1), first)
	}
	ready := func(w *environment) error {
		if err := claimed(w); err != nil {
			return err
		}

		return w.ledger.Complete(context.Background(), ledger.Outcome{Plan: contract.Plan{Upload: w.subject(upload{at: 1}), Version: version(1)}})
	}
	remade := func(w *environment) error {
		if err := ready(w); err != nil {
			return err
		}

		return claim(w, first, contract.LostObjects)
	}
	taken := errorcode.Code("")

	tests := map[string]struct {
		before          func(w *environment) error
		later           time.Duration // since the earlier state
		owner, replaces string
		want            errorcode.Code
	}{
		"a new upload": {owner: first, want: taken},
		"a new upload, and an execution to replace": {owner: second, replaces: first, want: taken},
		"its own, again": {before: claimed, owner: first, want: taken},
		"another's":      {before: claimed, owner: second, want: errorcode.AlreadyDone},
		"owned by another execution, not by the replaced one":    {before: claimed, owner: second, replaces: "arn:third", want: errorcode.AlreadyDone},
		"owned by another execution, lease expired":              {before: claimed, later: ledger.Lease + 2*time.Second, owner: second, want: taken},
		"owned by another execution, lease nearly expired":       {before: claimed, later: ledger.Lease - 5*time.Second, owner: second, want: errorcode.AlreadyDone},
		"owned by the replaced execution":                        {before: claimed, owner: second, replaces: first, want: taken},
		"rejected":                                               {before: rejected, owner: second, want: errorcode.AlreadyDone},
		"rejected by itself":                                     {before: rejected, owner: first, want: errorcode.AlreadyDone},
		"rejected by the replaced execution":                     {before: rejected, owner: second, replaces: first, want: taken},
		"rejected by another execution, not by the replaced one": {before: rejected, owner: second, replaces: "arn:third", want: errorcode.AlreadyDone},
		"ready":                                       {before: ready, owner: second, want: errorcode.AlreadyDone},
		"made ready by the replaced execution":        {before: ready, owner: second, replaces: first, want: errorcode.AlreadyDone},
		"ready, but its objects are lost":             {before: ready, owner: second, replaces: contract.LostObjects, want: taken},
		"claimed, and objects are lost":               {before: claimed, owner: second, replaces: contract.LostObjects, want: errorcode.AlreadyDone},
		"ready, and another one restores the objects": {before: remade, owner: second, replaces: contract.LostObjects, want: errorcode.AlreadyDone},
		"ready, and its owner restores the objects":   {before: remade, owner: first, replaces: contract.LostObjects, want: taken},
		"superseded, like the replaced execution":     {before: superseded, owner: second, replaces: first, want: errorcode.Superseded},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			fixture := newFixture(t)
			w := fixture.environment()

			if test.before != nil {
				if err := test.before(w); err != nil {
					t.Fatal(err)
				}
			}

			w.ledger = ledger.New(fixture.config, table, func() time.Time { return time.Now().Add(w.later + test.later) })

			if err := claim(w, test.owner, test.replaces); errorcode.CodeOf(err) != test.want {
				t.Fatalf("got %v, want %q", err, test.want)
			}

			item, _, err := w.ledger.Item(t.Context(), w.key, version(1))
			if err != nil {
				t.Fatal(err)
			}

			status := ledger.Processing
			if test.replaces == contract.LostObjects {
				status = ledger.Ready // The manifest stays.
			}

			if test.want == taken && (item.Status != status || item.Owner != test.owner || item.Code+item.Reason != "" || item.ExpiresAt != 0) {
				t.Errorf("claimed, and the item is %+v", item)
			}
		})
	}
}

// TestReject_ready_upload checks that an upload which one execution has made READY is not
// rejected by another execution for the same event, and that none of its objects is
// removed.
func TestReject_ready_upload(t *testing.T) {
	w := newFixture(t).environment()
	one := upload{at: 1, execution: "arn:first"}

	run([]execution{{tasks: w.process(one)}}, func([]int, int) (int, bool) { return 0, false })

	status, err := w.protocol.Reject(
		t.Context(), w.subject(one), version(1), "arn:second", errorcode.New(errorcode.Corrupt, "too late"))
	if err != nil || status != ledger.Ready {
		t.Errorf("%s, %v", status, err)
	}

	if err := w.check(history{uploads: []int{1}}); err != nil {
		t.Error(err)
	}
}
