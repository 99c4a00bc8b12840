package asl

import (
	"slices"
	"strings"
)

// GetObject is the Resource of the ItemReader that reads a file. Its Arguments are {Bucket,
// Key, VersionId}.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
const GetObject = "arn:aws:states:::s3:getObject"

// Types of the file that an ItemReader reads.
const (
	InputJSON  = "JSON"
	InputJSONL = "JSONL"
	InputCSV   = "CSV"
)

// ItemFormat is the format of the file that an ItemReader reads.
type ItemFormat struct {
	Type      string   // InputJSON, InputJSONL or InputCSV.
	Pointer   string   // A JSON pointer to the array; "" is the whole file. Only for InputJSON.
	Headers   []string // Of a CSV file; nil means its first row.
	Delimiter rune     // Of a CSV file.
}

// delimiters are the values of CSVDelimiter.
var delimiters = map[string]rune{"": ',', "COMMA": ',', "PIPE": '|', "SEMICOLON": ';', "SPACE": ' ', "TAB": '\t'}

// itemFormat parses the format in a ReaderConfig.
func itemFormat(config *object) ItemFormat {
	out := ItemFormat{Type: config.text("InputType")}
	config.oneOf("InputType", out.Type, InputJSON, InputJSONL, InputCSV)

	if out.Type == InputJSON {
		out.Pointer = config.text("ItemsPointer")
		if out.Pointer != "" && !strings.HasPrefix(out.Pointer, "/") {
			config.problemf("ItemsPointer", "ItemsPointer must be a JSON pointer, such as /orders")
		}
	}

	if out.Type != InputCSV {
		return out
	}

	delimiter := config.text("CSVDelimiter")
	config.oneOf("CSVDelimiter", delimiter, append(sortedKeys(delimiters)[1:], "")...)
	out.Delimiter = delimiters[delimiter]

	location := config.text("CSVHeaderLocation")
	config.oneOf("CSVHeaderLocation", location, "FIRST_ROW", "GIVEN")

	if location == "GIVEN" {
		out.Headers = config.strings("CSVHeaders")

		for i, header := range out.Headers {
			if slices.Contains(out.Headers[:i], header) {
				config.problemf("CSVHeaders", "the header %q is used twice", header)
			}
		}
	}

	return out
}
