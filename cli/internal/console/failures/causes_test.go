package failures

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/cli/internal/replay"
)

func TestGroupByCause(t *testing.T) {
	failed := func(key, text string, action replay.Action) replay.Result {
		return replay.Result{Key: key, ExecutionARN: "arn:" + key, Error: text, Action: action, Status: replay.StatusFailed}
	}

	groups := groupByCause([]replay.Result{
		failed("a.jpg", "Unplanned: write a.jpg: 12 tries", replay.Redrive),
		failed("b.jpg", "Transient: throttled", replay.Redrive),
		failed("c.jpg", "Unplanned: write c.jpg: 7 tries", replay.Restart),
		failed("d.jpg", "Unplanned: request 6f1b2c3d-0000-4000-8000-0123456789ab", replay.Redrive),
		failed("e.jpg", "Unplanned: request 00000000-1111-4222-8333-444444444444", replay.Redrive),
		failed("f.jpg", "Unplanned: write f.jpg: 9 tries", replay.Redrive),
	})

	type group struct {
		Cause, Actions string
		Count          int
	}

	var got []group
	for _, one := range groups {
		got = append(got, group{one.Cause, one.Actions, one.Count()})
	}

	want := []group{
		{"Unplanned: write …: … tries", "2 to redrive, 1 to restart", 3},
		{"Unplanned: request …", "2 to redrive", 2},
		{"Transient: throttled", "1 to redrive", 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
