package catalog

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"triptych/shared/ledger"
)

// Pages reads one page of a status' items; [ledger.Ledger] does.
type Pages interface {
	Page(ctx context.Context, query ledger.PageQuery) (ledger.ItemPage, error)
}

// Query asks for uploads of several statuses, the last changed first.
type Query struct {
	Statuses []ledger.Status
	Prefix   string // of their keys
	After    Cursor
	Limit    int // items on a page
}

// Cursor says where the next page goes on. Its zero value is the beginning.
type Cursor struct {
	// Until is when the last item before was changed: what changes later is not on a
	// later page, where it would be out of order.
	Until string `json:"u,omitempty"`
	// After is how far each status has been read.
	After map[ledger.Status]ledger.Position `json:"a,omitempty"`
	// Done are the statuses that have nothing more.
	Done []ledger.Status `json:"d,omitempty"`
}

// Page is one page of uploads.
type Page struct {
	Items []ledger.Item
	// Next is where it goes on, or nil at the end.
	Next *Cursor
	// Requests counts how often the ledger was asked.
	Requests int
}

const (
	// searchReads is how many items one request of a search by prefix reads: the index
	// is in order of time, so that others' keys are read too.
	searchReads = 1000
	// searchRounds bounds the requests of one page of a search, of each status. What is
	// beyond is the next page's.
	searchRounds = 4
)

// stream is what has been read of one status and is not on the page yet.
type stream struct {
	status ledger.Status
	items  []ledger.Item
	after  *ledger.Position // behind which the next page goes on
	read   *ledger.Position // how far it has been read
	done   bool             // there is nothing behind read
}

// ReadPage reads one page.
func ReadPage(ctx context.Context, table Pages, query Query) (Page, error) {
	var streams []*stream

	for _, status := range query.Statuses {
		if slices.Contains(query.After.Done, status) {
			continue
		}

		one := &stream{status: status}
		if after, known := query.After.After[status]; known {
			one.after, one.read = &after, &after
		}

		streams = append(streams, one)
	}

	var page Page

	for range rounds(query.Prefix) {
		asked, err := fill(ctx, table, query, streams)
		page.Requests += asked

		if err != nil {
			return Page{}, err
		}

		page.take(streams, query.Limit)

		if len(page.Items) == query.Limit || asked == 0 {
			break
		}
	}

	page.Next = next(query, page.Items, streams)

	return page, nil
}

func rounds(prefix string) int {
	if prefix == "" {
		return 2 // One that reads, and one that finds nothing left to read.
	}

	return searchRounds
}

// fill reads on, at the same time, in all statuses of which nothing is at hand.
func fill(ctx context.Context, table Pages, query Query, streams []*stream) (asked int, err error) {
	var (
		work   sync.WaitGroup
		failed = make([]error, len(streams))
	)

	for i, one := range streams {
		if one.done || len(one.items) > 0 {
			continue
		}

		asked++

		work.Go(func() { failed[i] = one.readOn(ctx, table, query) })
	}

	work.Wait()

	return asked, errors.Join(failed...)
}

func (s *stream) readOn(ctx context.Context, table Pages, query Query) error {
	limit := query.Limit
	if query.Prefix != "" {
		limit = searchReads
	}

	got, err := table.Page(ctx, ledger.PageQuery{
		Status: s.status, Until: query.After.Until, Prefix: query.Prefix, After: s.read, Limit: limit,
	})
	if err != nil {
		return err
	}

	s.items, s.done = got.Items, got.Next == nil
	if got.Next != nil {
		s.read = got.Next
	}

	return nil
}

// take moves to the page what is newest, as long as nothing newer can be unread.
func (p *Page) take(streams []*stream, limit int) {
	for len(p.Items) < limit {
		var newest *stream

		for _, one := range streams {
			switch {
			case len(one.items) == 0:
			case newest == nil || one.items[0].UpdatedAt > newest.items[0].UpdatedAt:
				newest = one
			}
		}

		if newest == nil || hides(streams, newest.items[0].UpdatedAt) {
			return
		}

		p.Items = append(p.Items, newest.items[0])
		place := newest.items[0].Place()
		newest.after = &place
		newest.items = newest.items[1:]
	}
}

// hides says whether a status of which nothing is at hand may have something newer.
func hides(streams []*stream, than string) bool {
	return slices.ContainsFunc(streams, func(one *stream) bool {
		return !one.done && len(one.items) == 0 && (one.read == nil || one.read.UpdatedAt > than)
	})
}

func next(query Query, taken []ledger.Item, streams []*stream) *Cursor {
	cursor := &Cursor{Until: query.After.Until, After: map[ledger.Status]ledger.Position{}, Done: slices.Clone(query.After.Done)}
	if len(taken) > 0 {
		cursor.Until = taken[0].UpdatedAt
		if query.After.Until != "" {
			cursor.Until = min(cursor.Until, query.After.Until)
		}
	}

	more := false

	for _, one := range streams {
		switch {
		case len(one.items) > 0:
			more = true

			cursor.mark(one.status, one.after)
		case one.done:
			cursor.Done = append(cursor.Done, one.status)
		default:
			more = true

			cursor.mark(one.status, one.read)
		}
	}

	if !more {
		return nil
	}

	return cursor
}

func (c *Cursor) mark(status ledger.Status, place *ledger.Position) {
	if place != nil {
		c.After[status] = *place
	}
}

// String is the cursor as it stands in an address.
func (c *Cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic("text does not encode: " + err.Error())
	}

	return base64.RawURLEncoding.EncodeToString(text)
}

// maxCursorBytes is more than five keys of 1 KiB need.
const maxCursorBytes = 16 << 10

var errCursor = errors.New("it is no place in the list")

// ParseCursor reads what String wrote; "" is the beginning.
func ParseCursor(text string) (Cursor, error) {
	var cursor Cursor

	if text == "" {
		return cursor, nil
	}

	if len(text) > maxCursorBytes {
		return cursor, fmt.Errorf("read the cursor: %w", errCursor)
	}

	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return cursor, fmt.Errorf("read the cursor: %w", errCursor)
	}

	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.DisallowUnknownFields()

	if err := decoder.Decode(&cursor); err != nil {
		return Cursor{}, fmt.Errorf("read the cursor: %w", errCursor)
	}

	return cursor, nil
}
