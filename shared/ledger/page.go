package ledger

import (
	"cmp"
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"golang.org/x/sync/errgroup"

	"triptych/shared/errorcode"
)

// Position is a place in the list of the items with one status. The list is ordered by the
// time of the last change, newest first, and then by key and version. A position without a
// key and a version is before all items that were changed at its time.
type Position struct {
	Key       string `json:"k"`
	Version   string `json:"v"`
	UpdatedAt string `json:"t"`
}

// Position returns the position of the item among the items of its status.
func (i *Item) Position() Position {
	return Position{Key: i.Key, Version: i.Version, UpdatedAt: i.UpdatedAt}
}

// PageQuery asks for one page of the items of a status, most recently changed first.
type PageQuery struct {
	Status Status
	// Since and Until are the inclusive limits of updatedAt; "" means no limit.
	Since, Until string
	// Prefix selects the keys that begin with it. Items with other keys are also read,
	// and count towards Limit.
	Prefix string
	After  *Position // nil starts with the newest item
	// Limit is the maximum number of items on the page; at least 1. With a Prefix, about
	// as many items are read.
	Limit int
}

// ItemPage is the result of a [PageQuery].
type ItemPage struct {
	Items []Item
	// Next is the start of the next page, or nil if this is the last page.
	Next *Position
}

// part is the part of a page that comes from one shard. It has all items that were changed
// after end, and perhaps some that were changed at end. If end is empty, it has all
// remaining items of the shard.
type part struct {
	items []Item
	end   string
}

// Page reads one page. It sends one request to each shard, in parallel. The index is
// eventually consistent, as for [Ledger.Newest].
func (l *Ledger) Page(ctx context.Context, query PageQuery) (ItemPage, error) {
	var parts [shards]part

	group, ctx := errgroup.WithContext(ctx)

	for shard := range shards {
		group.Go(func() (err error) {
			parts[shard], err = l.part(ctx, query, shard)

			return err
		})
	}

	if err := group.Wait(); err != nil {
		return ItemPage{}, err
	}

	return merge(query, parts[:]), nil
}

// part reads the part of a page that one shard has.
func (l *Ledger) part(ctx context.Context, query PageQuery, shard int) (part, error) {
	bounds := within{since: query.Since, until: query.Until}
	if query.After != nil && (bounds.until == "" || query.After.UpdatedAt < bounds.until) {
		bounds.until = query.After.UpdatedAt
	}

	if bounds.since != "" && bounds.until != "" && bounds.since > bounds.until {
		return part{}, nil
	}

	// Read two items more than the page has: one tells where the shard's part ends, and the
	// other is the item at the start position, which is not on the page.
	limit := max(1, query.Limit) + 2
	if query.Prefix != "" {
		limit = max(1, query.Limit/shards)
	}

	in, err := l.shardQuery(shardName(query.Status, shard), query.Prefix, bounds, limit)
	if err != nil {
		return part{}, err
	}

	var read part

	for {
		out, err := l.client.Query(ctx, in)
		if err != nil {
			return part{}, errorcode.FromAWS(err, "read a page of the %s items from the ledger", query.Status)
		}

		var items []Item
		if err := attributevalue.UnmarshalListOfMaps(out.Items, &items); err != nil {
			return part{}, errorcode.FromAWS(err, "read a page of the %s items from the ledger", query.Status)
		}

		read.items = append(read.items, items...)

		if len(out.LastEvaluatedKey) == 0 {
			read.end = ""

			return read, nil
		}

		var last Item
		if err := attributevalue.UnmarshalMap(out.LastEvaluatedKey, &last); err != nil {
			return part{}, errorcode.FromAWS(err, "read the end of a page of the %s items", query.Status)
		}

		// Items with the same time have no defined order. If all items of this request have
		// the time at which the page starts, the next page would start at the same time
		// again. In this case, continue reading.
		if read.end = last.UpdatedAt; read.end != bounds.until {
			return read, nil
		}

		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

// merge merges the parts of the shards into a page.
func merge(query PageQuery, parts []part) ItemPage {
	var (
		page ItemPage
		end  string
	)

	for i := range parts {
		page.Items = append(page.Items, parts[i].items...)
		end = max(end, parts[i].end)
	}

	// Remove the items that were changed at end or before. A shard may have unread items
	// that precede them in the list.
	page.Items = slices.DeleteFunc(page.Items, func(item Item) bool {
		return end != "" && item.UpdatedAt <= end || query.After != nil && order(item.Position(), *query.After) <= 0
	})

	slices.SortFunc(page.Items, func(a, b Item) int { return order(a.Position(), b.Position()) })

	switch limit := max(1, query.Limit); {
	case len(page.Items) > limit:
		page.Items = page.Items[:limit]
		last := page.Items[limit-1].Position()
		page.Next = &last
	case end != "":
		page.Next = &Position{UpdatedAt: end}
	}

	return page
}

// order compares two items as [Position] defines.
func order(a, b Position) int {
	return cmp.Or(cmp.Compare(b.UpdatedAt, a.UpdatedAt), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Version, b.Version))
}
