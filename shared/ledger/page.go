package ledger

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"triptych/shared/faults"
)

// Position is a place among the items of a status, which are in this order: the last
// changed first, and of those that were changed at the same time, by key and version.
// Without a key and a version, it is before all items that were changed at its time.
type Position struct {
	Key       string `json:"k"`
	Version   string `json:"v"`
	UpdatedAt string `json:"t"`
}

// Place is where the item stands among those of its status.
func (i *Item) Place() Position {
	return Position{Key: i.Key, Version: i.Version, UpdatedAt: i.UpdatedAt}
}

// PageQuery asks for one page of a status' items, the last changed first.
type PageQuery struct {
	Status Status
	// Since and Until bound updatedAt, themselves included; "" does not.
	Since, Until string
	// Prefix leaves only keys that begin with it. What it leaves out is read all the
	// same, and counts towards Limit.
	Prefix string
	After  *Position // nil begins at the newest
	// Limit is the most items on the page; at least 1. With a Prefix, it is also about
	// how many are read.
	Limit int
}

// ItemPage is the answer to a [PageQuery].
type ItemPage struct {
	Items []Item
	// Next is where the next page goes on, or nil where this is the last.
	Next *Position
}

// part is what one shard has of a page: its items that were changed after end, and
// perhaps some that were changed at end. With end empty, it is all of them.
type part struct {
	items []Item
	end   string
}

// Page reads one page, with one request of each shard at the same time. The index is
// eventually consistent, as with [Ledger.Newest].
func (l *Ledger) Page(ctx context.Context, query PageQuery) (ItemPage, error) {
	var (
		work   sync.WaitGroup
		parts  [shards]part
		failed [shards]error
	)

	for shard := range shards {
		work.Go(func() { parts[shard], failed[shard] = l.part(ctx, query, shard) })
	}

	work.Wait()

	if err := errors.Join(failed[:]...); err != nil {
		return ItemPage{}, err
	}

	return merge(query, parts[:]), nil
}

// part reads what a shard has of a page.
func (l *Ledger) part(ctx context.Context, query PageQuery, shard int) (part, error) {
	bounds := within{since: query.Since, until: query.Until}
	if query.After != nil && (bounds.until == "" || query.After.UpdatedAt < bounds.until) {
		bounds.until = query.After.UpdatedAt
	}

	if bounds.since != "" && bounds.until != "" && bounds.since > bounds.until {
		return part{}, nil
	}

	// One more than the page has, so that the last one shows where the shard's part
	// ends, and one for the item that the page comes behind.
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
			return part{}, faults.FromAWS(err, "read a page of the %s items from the ledger", query.Status)
		}

		var items []Item
		if err := attributevalue.UnmarshalListOfMaps(out.Items, &items); err != nil {
			return part{}, faults.FromAWS(err, "read a page of the %s items from the ledger", query.Status)
		}

		read.items = append(read.items, items...)

		if len(out.LastEvaluatedKey) == 0 {
			read.end = ""

			return read, nil
		}

		var last Item
		if err := attributevalue.UnmarshalMap(out.LastEvaluatedKey, &last); err != nil {
			return part{}, faults.FromAWS(err, "read where a page of the %s items ends", query.Status)
		}

		// Items of one time are in no known order. A page that only has some of those
		// that the last one ended with would not come further.
		if read.end = last.UpdatedAt; read.end != bounds.until {
			return read, nil
		}

		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

// merge makes a page of what the shards have.
func merge(query PageQuery, parts []part) ItemPage {
	var (
		page ItemPage
		end  string
	)

	for i := range parts {
		page.Items = append(page.Items, parts[i].items...)
		end = max(end, parts[i].end)
	}

	// What a shard has not read yet could come before items of the others.
	page.Items = slices.DeleteFunc(page.Items, func(item Item) bool {
		return end != "" && item.UpdatedAt <= end || query.After != nil && order(item.Place(), *query.After) <= 0
	})

	slices.SortFunc(page.Items, func(a, b Item) int { return order(a.Place(), b.Place()) })

	switch limit := max(1, query.Limit); {
	case len(page.Items) > limit:
		page.Items = page.Items[:limit]
		last := page.Items[limit-1].Place()
		page.Next = &last
	case end != "":
		page.Next = &Position{UpdatedAt: end}
	}

	return page
}

// order is that of [Position].
func order(a, b Position) int {
	return cmp.Or(cmp.Compare(b.UpdatedAt, a.UpdatedAt), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Version, b.Version))
}
