package resources

import (
	"net/http"
	"strconv"
)

// maxItems is what a list says about the size of its pages.
const maxItems = "100"

// listOf returns a list with one page.
func listOf(name string, quantity int, summaries string) (*answer, error) {
	inner := wrap("Marker", "") + wrap("MaxItems", maxItems) + wrap("IsTruncated", "false") + wrap("Quantity", strconv.Itoa(quantity))
	if quantity > 0 {
		inner += wrap("Items", summaries)
	}

	body, err := encode(name, inner)

	return &answer{status: http.StatusOK, body: body}, err
}
