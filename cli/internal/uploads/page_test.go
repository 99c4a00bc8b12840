package uploads_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"triptych/cli/internal/uploads"
	"triptych/shared/ledger"
)

// index is a ledger's index in memory. It counts the requests, and the items that they
// read.
type index struct {
	items []ledger.Item

	counting       sync.Mutex
	requests, read int
}

func (x *index) Page(_ context.Context, query ledger.PageQuery) (ledger.ItemPage, error) {
	x.counting.Lock()
	defer x.counting.Unlock()

	x.requests++

	var of []ledger.Item

	for _, item := range x.items {
		if item.Status == query.Status && (query.Until == "" || item.UpdatedAt <= query.Until) {
			of = append(of, item)
		}
	}

	order := func(a, b ledger.Position) int {
		return cmp.Or(cmp.Compare(b.UpdatedAt, a.UpdatedAt), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Version, b.Version))
	}
	slices.SortFunc(of, func(a, b ledger.Item) int { return order(a.Position(), b.Position()) })

	var page ledger.ItemPage

	for _, item := range of {
		if query.After != nil && order(item.Position(), *query.After) <= 0 {
			continue
		}

		if query.Limit == 0 {
			return page, nil
		}

		query.Limit--
		x.read++

		if strings.HasPrefix(item.Key, query.Prefix) {
			page.Items = append(page.Items, item)
		}

		place := item.Position()
		page.Next = &place
	}

	if query.Limit > 0 {
		page.Next = nil
	}

	return page, nil
}

func item(key string, status ledger.Status, second int) ledger.Item {
	return ledger.Item{
		Key: key, Version: "v", Status: status,
		UpdatedAt: time.Unix(int64(second), 0).UTC().Format("2006-01-02T15:04:05.000Z"),
	}
}

// TestReadPage_everyItemOnceInOrder reads all pages of any ledger, including items with
// equal times.
func TestReadPage_everyItemOnceInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := &index{}

		for i := range rapid.IntRange(0, 60).Draw(t, "items") {
			folder := rapid.SampledFrom([]string{"a/", "b/"}).Draw(t, "folder")
			status := rapid.SampledFrom(ledger.Statuses()).Draw(t, "status")
			table.items = append(table.items, item(fmt.Sprintf("%s%d", folder, i), status, rapid.IntRange(0, 20).Draw(t, "second")))
		}

		prefix := rapid.SampledFrom([]string{"", "a/"}).Draw(t, "prefix")
		query := uploads.Query{Statuses: ledger.Statuses(), Prefix: prefix, Limit: rapid.IntRange(1, 12).Draw(t, "limit")}

		var got []ledger.Item

		for range 200 {
			page, err := uploads.ReadPage(t.Context(), table, query)
			if err != nil {
				t.Fatal(err)
			}

			if len(page.Items) > query.Limit {
				t.Fatalf("a page of %d items, want at most %d", len(page.Items), query.Limit)
			}

			got = append(got, page.Items...)

			if page.Next == nil {
				break
			}

			// The cursor is encoded as in a URL.
			if query.After, err = uploads.ParseCursor(page.Next.String()); err != nil {
				t.Fatal(err)
			}
		}

		if !slices.IsSortedFunc(got, func(a, b ledger.Item) int { return strings.Compare(b.UpdatedAt, a.UpdatedAt) }) {
			t.Fatalf("not the newest first: %v", got)
		}

		keys := func(items []ledger.Item) (found []string) {
			for _, one := range items {
				if strings.HasPrefix(one.Key, prefix) {
					found = append(found, one.Key)
				}
			}

			slices.Sort(found)

			return found
		}

		if want := keys(table.items); !slices.Equal(keys(got), want) {
			t.Fatalf("got %v, want %v", keys(got), want)
		}
	})
}

// TestReadPage_costOfFirstPage checks the cost of the gallery's first page, which does
// not depend on the size of the ledger.
func TestReadPage_costOfFirstPage(t *testing.T) {
	table := &index{}
	for i := range 20_000 {
		table.items = append(table.items, item(fmt.Sprintf("%05d", i), ledger.Statuses()[i%4], i))
	}

	page, err := uploads.ReadPage(t.Context(), table, uploads.Query{Statuses: ledger.Statuses(), Limit: 48})
	if err != nil {
		t.Fatal(err)
	}

	if len(page.Items) != 48 || page.Next == nil {
		t.Errorf("a page of %d, next %v", len(page.Items), page.Next)
	}

	if statuses := len(ledger.Statuses()); table.requests > statuses || table.read > statuses*48 || page.Requests != table.requests {
		t.Errorf("%d requests (reported as %d) read %d items", table.requests, page.Requests, table.read)
	}

	// A search reads more items, but not all of them at once.
	table.requests, table.read = 0, 0

	page, err = uploads.ReadPage(t.Context(), table, uploads.Query{Statuses: ledger.Statuses(), Prefix: "none", Limit: 48})
	if err != nil || len(page.Items) > 0 || page.Next == nil {
		t.Fatalf("%d found, next %v, %v", len(page.Items), page.Next, err)
	}

	if table.requests > 20 {
		t.Errorf("a search made %d requests", table.requests)
	}
}

func TestParseCursor_invalid(t *testing.T) {
	for name, text := range map[string]string{
		"not base64": "%%%",
		"not JSON":   "aGVsbG8",
		"other JSON": "eyJ4IjoxfQ",
		"too long":   strings.Repeat("A", 1<<15),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := uploads.ParseCursor(text); err == nil {
				t.Error("it is accepted")
			}
		})
	}
}
