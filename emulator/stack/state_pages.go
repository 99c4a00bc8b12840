package stack

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// The layout of bbolt's file, as far as the check needs it.
// https://github.com/etcd-io/bbolt/tree/main/internal/common
const (
	pageHeader   = 16 // id, flags, count, overflow
	branchEntry  = 16 // position, length of the key, page
	leafEntry    = 16 // flags, position, length of the key, length of the value
	bucketHeader = 16 // root page, sequence
	metaBytes    = 64

	branchFlag = 0x01
	leafFlag   = 0x02
	bucketFlag = 0x01

	metaMagic   = 0xED0CDAED
	metaVersion = 2
)

// pageCheck walks a database file without trusting its content.
type pageCheck struct {
	file     io.ReaderAt
	pageSize int64
	pages    uint64 // In use; pages with higher numbers are not.
	seen     map[uint64]bool
}

func damaged(format string, args ...any) error {
	return &damageError{what: fmt.Sprintf(format, args...)}
}

// checkPages checks a database file: every page in use is inside the file, has a known
// kind and is used once, and its keys are in order. A missing file counts as intact. The
// caller has locked the file.
func checkPages(path string) error {
	file, err := os.Open(path) //nolint:gosec // The state's own file.
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}

	if err != nil {
		return err
	}

	defer func() { _ = file.Close() }() // The file was only read.

	info, err := file.Stat()
	if err != nil {
		return err
	}

	if info.Size() == 0 {
		return damaged("it is empty")
	}

	pageSize := int64(os.Getpagesize())

	meta, err := newestMeta(file, pageSize)
	if err != nil {
		return err
	}

	c := &pageCheck{file: file, pageSize: pageSize, pages: binary.LittleEndian.Uint64(meta[40:]), seen: map[uint64]bool{0: true, 1: true}}

	if c.pages > uint64(info.Size()/pageSize) { //nolint:gosec // A size is not negative.
		return damaged("it has %d bytes of at least %d: it was cut off", info.Size(), c.pages*uint64(pageSize)) //nolint:gosec // Nor is this.
	}

	_, err = c.page(binary.LittleEndian.Uint64(meta[16:]), nil, 0)

	return err
}

// newestMeta returns the valid meta page of the two, or the later one if both are valid.
func newestMeta(file io.ReaderAt, pageSize int64) ([]byte, error) {
	var newest []byte

	zero := true

	for i := range int64(2) {
		meta := make([]byte, metaBytes)

		read, err := file.ReadAt(meta, i*pageSize+pageHeader)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}

		zero = zero && len(bytes.Trim(meta[:read], "\x00")) == 0

		sum := fnv.New64a()
		_, _ = sum.Write(meta[:metaBytes-8]) // The sum itself comes last. A write to a hash never fails.

		valid := binary.LittleEndian.Uint32(meta) == metaMagic && binary.LittleEndian.Uint32(meta[4:]) == metaVersion &&
			int64(binary.LittleEndian.Uint32(meta[8:])) == pageSize && binary.LittleEndian.Uint64(meta[56:]) == sum.Sum64()
		if valid && (newest == nil || binary.LittleEndian.Uint64(meta[48:]) > binary.LittleEndian.Uint64(newest[48:])) {
			newest = meta
		}
	}

	switch {
	case newest != nil:
		return newest, nil
	case zero:
		return nil, damaged("its first pages are zero, or missing")
	default:
		return nil, damaged("it does not begin as a state file: it was overwritten, or belongs to another program")
	}
}

// maxTreeDepth is more than the depth of any tree of pages or buckets.
const maxTreeDepth = 64

// page checks a page and the pages below it, whose keys come after last. It returns the
// last key of all.
func (c *pageCheck) page(id uint64, last []byte, depth int) ([]byte, error) {
	if depth > maxTreeDepth {
		return nil, damaged("its pages nest without an end")
	}

	content, err := c.read(id)
	if err != nil {
		return nil, err
	}

	count := int(binary.LittleEndian.Uint16(content[10:]))

	switch flags := binary.LittleEndian.Uint16(content[8:]); flags {
	case branchFlag:
		if count == 0 {
			return nil, damaged("page %d has no entries", id)
		}

		for i := range count {
			if last, err = c.branch(content, id, i, last, depth); err != nil {
				return nil, err
			}
		}

		return last, nil
	case leafFlag:
		return c.leaf(content, fmt.Sprintf("page %d", id), count, last, depth)
	default:
		return nil, damaged("page %d is of an unknown kind (%#x)", id, flags)
	}
}

// read returns a page with its overflow pages.
func (c *pageCheck) read(id uint64) ([]byte, error) {
	if id >= c.pages {
		return nil, damaged("page %d is beyond its end", id)
	}

	header := make([]byte, pageHeader)
	if _, err := c.file.ReadAt(header, int64(id)*c.pageSize); err != nil { //nolint:gosec // Below the number of pages.
		return nil, damaged("page %d cannot be read: %v", id, err)
	}

	if got := binary.LittleEndian.Uint64(header); got != id {
		return nil, damaged("page %d says that it is page %d", id, got)
	}

	overflow := uint64(binary.LittleEndian.Uint32(header[12:]))
	if overflow >= c.pages-id {
		return nil, damaged("page %d reaches beyond its end", id)
	}

	for page := id; page <= id+overflow; page++ {
		if c.seen[page] {
			return nil, damaged("page %d is used twice", page)
		}

		c.seen[page] = true
	}

	content := make([]byte, int64(overflow+1)*c.pageSize)                   //nolint:gosec // Within the file.
	if _, err := c.file.ReadAt(content, int64(id)*c.pageSize); err != nil { //nolint:gosec // As above.
		return nil, damaged("page %d cannot be read: %v", id, err)
	}

	return content, nil
}

// part returns a slice of a page's content, or false if it is outside of the page.
func part(content []byte, begin, length uint64) ([]byte, bool) {
	size := uint64(len(content))
	if begin > size || length > size-begin {
		return nil, false
	}

	return content[begin : begin+length], true
}

func (c *pageCheck) branch(content []byte, id uint64, i int, last []byte, depth int) ([]byte, error) {
	at := uint64(pageHeader + i*branchEntry) //nolint:gosec // i counts the entries of a page.

	entry, ok := part(content, at, branchEntry)
	if !ok {
		return nil, damaged("page %d has more entries than room", id)
	}

	key, ok := part(content, at+uint64(binary.LittleEndian.Uint32(entry)), uint64(binary.LittleEndian.Uint32(entry[4:])))
	if !ok || last != nil && bytes.Compare(key, last) <= 0 {
		return nil, damaged("page %d has a key that is out of order", id)
	}

	below, err := c.page(binary.LittleEndian.Uint64(entry[8:]), before(key), depth+1)
	if err == nil && below == nil {
		below = last
	}

	return below, err
}

// before returns the greatest key that precedes another key, as far as the order check is
// concerned: the first key of a branch's page may equal the branch's own key.
func before(key []byte) []byte {
	if len(key) == 0 {
		return nil
	}

	if lastByte := key[len(key)-1]; lastByte == 0 {
		return key[:len(key)-1]
	}

	out := bytes.Clone(key)
	out[len(out)-1]--

	return append(out, bytes.Repeat([]byte{0xff}, 8)...) // No real key is that close.
}

// leaf checks the entries of a leaf, including buckets.
func (c *pageCheck) leaf(content []byte, where string, count int, last []byte, depth int) ([]byte, error) {
	for i := range count {
		at := uint64(pageHeader + i*leafEntry)

		entry, ok := part(content, at, leafEntry)
		if !ok {
			return nil, damaged("%s has more entries than room", where)
		}

		begin := at + uint64(binary.LittleEndian.Uint32(entry[4:]))
		length := uint64(binary.LittleEndian.Uint32(entry[8:]))

		key, ok := part(content, begin, length)
		if !ok || last != nil && bytes.Compare(key, last) <= 0 {
			return nil, damaged("%s has a key that is out of order", where)
		}

		value, ok := part(content, begin+length, uint64(binary.LittleEndian.Uint32(entry[12:])))
		if !ok {
			return nil, damaged("%s has a value that is cut off", where)
		}

		if binary.LittleEndian.Uint32(entry)&bucketFlag != 0 {
			if err := c.bucket(value, string(key), depth); err != nil {
				return nil, err
			}
		}

		last = key
	}

	return last, nil
}

// bucket checks a bucket: a tree of its own, or a page within the value.
func (c *pageCheck) bucket(value []byte, name string, depth int) error {
	if len(value) < bucketHeader || depth > maxTreeDepth {
		return damaged("the bucket %q is cut off", name)
	}

	if root := binary.LittleEndian.Uint64(value); root != 0 {
		_, err := c.page(root, nil, depth+1)

		return err
	}

	inline := value[bucketHeader:]
	if len(inline) < pageHeader || binary.LittleEndian.Uint16(inline[8:]) != leafFlag {
		return damaged("the bucket %q is not a leaf", name)
	}

	_, err := c.leaf(inline, fmt.Sprintf("the bucket %q", name), int(binary.LittleEndian.Uint16(inline[10:])), nil, depth+1)

	return err
}
