package uploads

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"triptych/shared/ledger"
)

// Pages reads one page of the items of a status; [ledger.Ledger] implements it.
type Pages interface {
	Page(ctx context.Context, query ledger.PageQuery) (ledger.ItemPage, error)
}

// Query selects uploads of several statuses, most recently changed first.
type Query struct {
	Statuses []ledger.Status
	Prefix   string // of the keys
	After    Cursor
	Limit    int // maximum number of items on a page
}

// Cursor is the start of the next page. The zero value is the start of the list.
type Cursor struct {
	// Until is the time at which the last item of the previous page was changed. If
	// another item changes later, it is not on the following pages, because it would be
	// in the wrong order there.
	Until string `json:"u,omitempty"`
	// After is the position up to which each status has been read.
	After map[ledger.Status]ledger.Position `json:"a,omitempty"`
	// Done lists the statuses that have no more items.
	Done []ledger.Status `json:"d,omitempty"`
}

// Page is one page of uploads.
type Page struct {
	Items []ledger.Item
	// Next is the start of the next page, or nil on the last page.
	Next *Cursor
	// Requests counts the requests to the ledger.
	Requests int
}

const (
	// searchReads is the number of items that one request of a prefix search reads. The
	// index is sorted by time, so the request also reads items with other keys.
	searchReads = 1000
	// searchRounds is the maximum number of requests for one page of a search, for each
	// status. The next page continues after the items that were read.
	searchRounds = 4
)

// stream has the items of one status that were read and are not on the page yet.
type stream struct {
	status ledger.Status
	items  []ledger.Item
	after  *ledger.Position // position at which the next page starts
	read   *ledger.Position // position up to which the status has been read
	done   bool             // no items after read
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
		return 2 // One request reads items, and a second request finds the end.
	}

	return searchRounds
}

// fill reads the next items of all streams that are empty, in parallel.
func fill(ctx context.Context, table Pages, query Query, streams []*stream) (asked int, err error) {
	group, ctx := errgroup.WithContext(ctx)

	for _, one := range streams {
		if one.done || len(one.items) > 0 {
			continue
		}

		asked++

		group.Go(func() error { return one.readOn(ctx, table, query) })
	}

	return asked, group.Wait()
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

// take moves the newest items of the streams to the page. It stops if an unread item could be
// newer.
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
		place := newest.items[0].Position()
		newest.after = &place
		newest.items = newest.items[1:]
	}
}

// hides reports whether an empty stream may have an unread item that was changed after a given
// time.
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

// String encodes the cursor for a URL.
func (c *Cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic("text does not encode: " + err.Error())
	}

	return base64.RawURLEncoding.EncodeToString(text)
}

// maxCursorBytes is the maximum length of a cursor. Five keys of 1 KiB need less.
const maxCursorBytes = 16 << 10

var errCursor = errors.New("it is not a valid cursor")

// ParseCursor parses the result of String; "" is the start of the list.
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
