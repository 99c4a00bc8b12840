package dataset

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"triptych/emulator/stepfunctions/asl"
)

// readArray reads items of a JSON array: the file itself, or the array that a JSON pointer
// names.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html#itemsource-example-json-data
func readArray(file *meter, format asl.ItemFormat, at Position, limit int) (Page, error) {
	var (
		source io.Reader = file
		base             = at.Offset
	)

	if at.Offset > 0 { // A page begins after an item: at a comma or at the end of the array.
		rest := bufio.NewReader(file)

		separator, length, err := firstByte(rest)
		if err != nil {
			return Page{}, err
		}

		if separator == ']' {
			return Page{}, nil
		}

		source, base = io.MultiReader(strings.NewReader("["), rest), at.Offset+length-1
	}

	decoder := json.NewDecoder(source)

	if at.Offset == 0 {
		if err := descend(decoder, file, format.Pointer); err != nil {
			return Page{}, err
		}
	} else if _, err := decoder.Token(); err != nil {
		return Page{}, err
	}

	count, page := counter{limit: limit}, Page{}

	for decoder.More() {
		file.next()

		var item json.RawMessage
		if err := decoder.Decode(&item); err != nil {
			return Page{}, err
		}

		page.Items = append(page.Items, item)

		if count.add(item) {
			page.Next = &Position{Offset: base + decoder.InputOffset()}

			return page, nil
		}
	}

	_, err := decoder.Token() // The end of the array.

	return page, err
}

// firstByte returns the first byte that is not white space, and how many bytes were read.
func firstByte(text *bufio.Reader) (first byte, length int64, err error) {
	for {
		first, err = text.ReadByte()
		length++

		if err != nil || !strings.ContainsRune(" \t\r\n", rune(first)) {
			return first, length, err
		}
	}
}

// descend reads up to the start of the array that a pointer names.
func descend(decoder *json.Decoder, file *meter, pointer string) error {
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if pointer == "" {
			break
		}

		if err := enter(decoder, file, strings.NewReplacer("~1", "/", "~0", "~").Replace(step)); err != nil {
			return fmt.Errorf("find %s: %w", pointer, err)
		}
	}

	opening, err := decoder.Token()
	if err != nil {
		return err
	}

	if opening != json.Delim('[') {
		return errNoArray
	}

	return nil
}

// enter reads up to the value of a member of the object that follows.
func enter(decoder *json.Decoder, file *meter, member string) error {
	opening, err := decoder.Token()
	if err != nil {
		return err
	}

	if opening != json.Delim('{') {
		return errNoArray
	}

	for decoder.More() {
		file.next()

		name, err := decoder.Token()
		if err != nil {
			return err
		}

		if name == member {
			return nil
		}

		if err := skip(decoder, file); err != nil {
			return err
		}
	}

	return errNoArray
}

// skip reads over one value.
func skip(decoder *json.Decoder, file *meter) error {
	for depth := 0; ; {
		file.next()

		token, err := decoder.Token()
		if err != nil {
			return err
		}

		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}

		if depth == 0 {
			return nil
		}
	}
}

// readLines reads items of a file in the format JSON Lines: each line is an item. Empty lines
// are skipped.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html#itemsource-example-json-lines-data
func readLines(file *meter, at Position, limit int) (Page, error) {
	text := bufio.NewReader(file)
	count, page, offset := counter{limit: limit}, Page{}, at.Offset

	for {
		file.next()

		line, err := text.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return Page{}, err
		}

		offset += int64(len(line))
		item := json.RawMessage(strings.TrimSpace(string(line)))

		if len(item) > 0 {
			if !json.Valid(item) {
				return Page{}, fmt.Errorf("the line that ends at byte %d is not JSON", offset)
			}

			page.Items = append(page.Items, item)
		}

		if errors.Is(err, io.EOF) {
			return page, nil
		}

		if len(item) > 0 && count.add(item) {
			page.Next = &Position{Offset: offset}

			return page, nil
		}
	}
}
