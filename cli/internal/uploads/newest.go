package uploads

import (
	"context"
	"iter"
	"slices"
	"strings"

	"triptych/shared/ledger"
)

// pulled iterates over the items of one status, with a look-ahead of one item.
type pulled struct {
	next ledger.Item
	err  error
	pull func() (ledger.Item, error, bool)
}

// Newest returns the items of several statuses, most recently changed first. It merges the
// lists of the statuses, which the index has in this order. It keeps at most one page of each
// list in memory.
func Newest(ctx context.Context, table *ledger.Ledger, statuses []ledger.Status) iter.Seq2[ledger.Item, error] {
	return func(yield func(ledger.Item, error) bool) {
		var heads []*pulled

		for _, status := range statuses {
			next, stop := iter.Pull2(ofStatus(ctx, table, status))
			defer stop()

			head := &pulled{pull: next}
			if head.advance() {
				heads = append(heads, head)
			}
		}

		for len(heads) > 0 {
			newest := slices.MaxFunc(heads, func(a, b *pulled) int { return strings.Compare(a.next.UpdatedAt, b.next.UpdatedAt) })
			if failed := slices.IndexFunc(heads, func(head *pulled) bool { return head.err != nil }); failed >= 0 {
				yield(ledger.Item{}, heads[failed].err)

				return
			}

			if !yield(newest.next, nil) {
				return
			}

			if !newest.advance() {
				heads = slices.DeleteFunc(heads, func(head *pulled) bool { return head == newest })
			}
		}
	}
}

func (p *pulled) advance() bool {
	var more bool

	p.next, p.err, more = p.pull()

	return more
}

func ofStatus(ctx context.Context, table *ledger.Ledger, status ledger.Status) iter.Seq2[ledger.Item, error] {
	return func(yield func(ledger.Item, error) bool) {
		err := table.Newest(ctx, status, func(item ledger.Item) bool { return yield(item, nil) })
		if err != nil {
			yield(ledger.Item{}, err)
		}
	}
}
