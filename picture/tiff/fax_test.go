package tiff_test

import (
	"strings"
	"testing"
)

// faxOf returns a TIFF with one strip of a fax.
func faxOf(compression, width, height int, data string) []byte {
	file := []byte("II*\x00\x08\x00\x00\x00\x08\x00")

	for _, entry := range [][2]int{
		{256, width}, {257, height}, {258, 1}, {259, compression}, {262, 0}, {273, 110}, {278, height}, {279, len(data)},
	} {
		file = append(file, byte(entry[0]), byte(entry[0]>>8), 4, 0, 1, 0, 0, 0, byte(entry[1]), byte(entry[1]>>8), byte(entry[1]>>16), 0)
	}

	return append(append(file, 0, 0, 0, 0), data...)
}

// bitsOf packs digits. Spaces are only for readability.
func bitsOf(digits string) string {
	digits = strings.ReplaceAll(digits, " ", "")
	packed := make([]byte, (len(digits)+7)/8)

	for i, digit := range []byte(digits) {
		packed[i/8] |= (digit - '0') << (7 - i%8)
	}

	return string(packed)
}

// Defects of a fax that libtiff tolerates are tolerated; # is black. The cases of package
// picture test the code tables.
func TestFax_damaged(t *testing.T) {
	const (
		endOfLine = "00000000 0001 "
		row       = "0111 11 0111 10 000111 " // 2 white, 2 black, 2 white, 3 black, 1 white: 10 pixels
		none      = "000000001111 "           // not a code of a run length
	)

	for name, c := range map[string]struct {
		compression int
		data        string
		want        string // rows, or "" for an error
	}{
		"Group 3, complete":                        {3, endOfLine + row + endOfLine + row, "..##..###. ..##..###."},
		"Group 3, fill bits before an end of line": {3, "0000" + endOfLine + row + "000000000" + endOfLine + row, "..##..###. ..##..###."},
		"Group 3, an invalid code":                 {3, endOfLine + "0111 11 0111 " + none + endOfLine + row, "..##...... ..##..###."},
		"Group 3, a run that is too long":          {3, endOfLine + "0111 000101 000101 " + endOfLine + row, "..######## ..##..###."},
		"Group 3, a row that is too short":         {3, endOfLine + "0111 11 " + endOfLine + row, "..##...... ..##..###."},
		"Group 3, a row that is missing":           {3, endOfLine + row, ""},
		"modified Huffman":                         {2, "0111 11 0111 10 000111 000000 " + row, "..##..###. ..##..###."},
		"modified Huffman, a row that is missing":  {2, row, ""},
		"Group 4, complete":                        {4, "001 0111 11 001 0111 10 1 " + "1 1 1 1 1 ", "..##..###. ..##..###."},
		"Group 4, an invalid mode":                 {4, "001 0111 11 0000001 1 1 1 ", "..##...... ..##......"},
		"Group 4, an early end":                    {4, "001 0111 11 001 0111 10 1 000000000001 000000000001", "..##..###. .........."},
		"Group 4, a change beyond the row":         {4, "001 0111 11 0000011 1 1 1 ", "..##...... ..##......"},
		"Group 4, no data":                         {4, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			file := faxOf(c.compression, 10, 2, bitsOf(c.data))

			got, err := faxRows(file)
			if c.want == "" && err == nil {
				t.Errorf("got %s, want an error", got)
			}

			if c.want != "" && (err != nil || got != c.want) {
				t.Errorf("got %s, %v; want %s", got, err, c.want)
			}
		})
	}
}

// faxRows decodes a fax, and joins its rows with spaces.
func faxRows(file []byte) (string, error) {
	picture, err := decode(file)
	if err != nil {
		return "", err
	}

	var rows []string

	for y := range picture.Bounds().Dy() {
		row := ""

		for x := range picture.Bounds().Dx() {
			if red, _, _, _ := picture.At(x, y).RGBA(); red == 0 {
				row += "#"
			} else {
				row += "."
			}
		}

		rows = append(rows, row)
	}

	return strings.Join(rows, " "), nil
}
