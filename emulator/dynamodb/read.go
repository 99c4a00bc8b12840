package dynamodb

import (
	"bytes"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"triptych/emulator/dynamodb/attribute"
)

// maxPageBytes is how many bytes one Query or Scan reads. Source:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
const maxPageBytes = 1 << 20

// read reads the page. The limit and the size apply to the items before the filter. A
// page that ends because of either has a LastEvaluatedKey, even if no item follows.
func (p *page) read(db *bolt.DB) (pageOutput, error) {
	var out pageOutput
	if !p.countOnly {
		out.Items = []attribute.Map{}
	}

	size := 0

	err := db.View(func(tx *bolt.Tx) error {
		cursor := p.bucket(tx).Cursor()

		for entry, stored := p.first(cursor); p.within(entry); entry, stored = p.next(cursor) {
			item, err := p.item(tx, stored)
			if err != nil {
				return err
			}

			out.ScannedCount++
			size += item.ItemSize()

			if p.filter.match(item) {
				out.Count++

				if !p.countOnly {
					out.Items = append(out.Items, project(p.projection, item))
				}
			}

			if out.ScannedCount == p.limit || size >= maxPageBytes {
				out.LastEvaluatedKey = p.keyOf(item)

				return nil
			}
		}

		return nil
	})
	if err != nil {
		return pageOutput{}, fmt.Errorf("read table %s: %w", p.table.Name, err)
	}

	return out, nil
}

// item returns the visible part of an entry at the cursor: in a table's bucket the entry
// is the item; in an index's bucket it is the primary key of the item.
func (p *page) item(tx *bolt.Tx, stored []byte) (attribute.Map, error) {
	if p.index == nil {
		return decodeItem(stored)
	}

	item, err := p.table.load(tx, stored)
	if err != nil {
		return nil, err
	}

	return p.visible(item), nil
}

func (p *page) first(cursor *bolt.Cursor) (entry, stored []byte) {
	if !p.backward {
		return cursor.Seek(p.from)
	}

	if p.to == nil {
		return cursor.Last()
	}

	if entry, _ := cursor.Seek(p.to); entry == nil {
		return cursor.Last()
	}

	return cursor.Prev()
}

func (p *page) next(cursor *bolt.Cursor) (entry, stored []byte) {
	if p.backward {
		return cursor.Prev()
	}

	return cursor.Next()
}

func (p *page) within(entry []byte) bool {
	return entry != nil && bytes.Compare(entry, p.from) >= 0 && (p.to == nil || bytes.Compare(entry, p.to) < 0)
}
