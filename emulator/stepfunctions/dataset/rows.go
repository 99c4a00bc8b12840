package dataset

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"triptych/emulator/stepfunctions/asl"
)

// maxHeaderBytes limits the headers of a CSV file.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
const maxHeaderBytes = 10 << 10

// readRows reads items of a CSV file: an object for each row, whose members are the headers.
// A missing field is an empty text, and a field without a header is dropped.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html#itemsource-example-csv-data
func readRows(file *meter, format asl.ItemFormat, at Position, limit int) (Page, error) {
	rows := csv.NewReader(file)
	rows.FieldsPerRecord, rows.ReuseRecord, rows.LazyQuotes = -1, true, true
	rows.Comma = format.Delimiter

	headers := format.Headers
	if headers == nil {
		headers = at.Headers
	}

	if headers == nil {
		first, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return Page{}, nil
		}

		if err != nil {
			return Page{}, err
		}

		headers = append([]string{}, first...)
		headers[0] = strings.TrimPrefix(headers[0], "\ufeff")
	}

	if size := len(strings.Join(headers, ",")); size > maxHeaderBytes {
		return Page{}, fmt.Errorf("the headers have %d bytes, and at most %d are allowed", size, maxHeaderBytes)
	}

	count, page := counter{limit: limit}, Page{}

	for {
		file.next()

		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return page, nil
		}

		if err != nil {
			return Page{}, err
		}

		item, err := object(headers, row)
		if err != nil {
			return Page{}, err
		}

		page.Items = append(page.Items, item)

		if count.add(item) {
			page.Next = &Position{Offset: at.Offset + rows.InputOffset(), Headers: headers}

			return page, nil
		}
	}
}

// object returns a row as an object, with its members in the order of the headers.
func object(headers, row []string) (json.RawMessage, error) {
	text := []byte{'{'}

	for i, header := range headers {
		value := ""
		if i < len(row) {
			value = row[i]
		}

		name, err := json.Marshal(header)
		if err != nil {
			return nil, err
		}

		field, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}

		if i > 0 {
			text = append(text, ',')
		}

		text = append(append(append(text, name...), ':'), field...)
	}

	return append(text, '}'), nil
}
