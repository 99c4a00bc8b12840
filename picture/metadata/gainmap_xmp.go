package metadata

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"
)

// Namespaces of Adobe's gain map specification 1.0 and of Android's Ultra HDR image
// format 1.1, which put a gain map's metadata into XMP.
const (
	nsRDF       = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	nsGainMap   = "http://ns.adobe.com/hdr-gain-map/1.0/"
	nsContainer = "http://ns.google.com/photos/1.0/container/"
	nsItem      = "http://ns.google.com/photos/1.0/container/item/"
	nsApple     = "http://ns.apple.com/HDRGainMap/1.0/"
)

// speaksOfGainMaps says whether an XMP packet is one to be parsed.
func speaksOfGainMaps(packet []byte) bool {
	for _, namespace := range []string{nsGainMap, nsContainer, nsApple} {
		if bytes.Contains(packet, []byte(namespace)) {
			return true
		}
	}

	return false
}

// gainXMP is what an XMP packet says of gain maps.
type gainXMP struct {
	properties map[string][]string // of nsGainMap, by their local names
	items      []containerItem
	// twice says that a property stands there more than once.
	twice bool
}

// containerItem is an entry of a Container:Directory: one of the files that stand one
// after the other in this one.
type containerItem struct {
	semantic        string
	length, padding int64
}

// parseGainXMP reads a packet, which is at most a segment long, up to the end of its
// root element. The result is false where it is not well-formed.
func parseGainXMP(packet []byte) (gainXMP, bool) {
	reader := gainReader{decoder: xml.NewDecoder(bytes.NewReader(packet))}
	reader.found.properties = map[string][]string{}

	for {
		token, err := reader.decoder.Token()
		if err != nil {
			return gainXMP{}, false
		}

		switch token := token.(type) {
		case xml.StartElement:
			reader.start(token)
		case xml.CharData:
			reader.text.Write(token)
		case xml.EndElement:
			if reader.end(); len(reader.stack) == 0 {
				return reader.found, true
			}
		}
	}
}

type gainReader struct {
	decoder *xml.Decoder
	found   gainXMP
	stack   []xml.Name
	text    strings.Builder
	// values are those of the property that is open, as an rdf:Seq or alone.
	values []string
}

func (r *gainReader) start(element xml.StartElement) {
	r.stack = append(r.stack, element.Name)
	r.text.Reset()

	switch element.Name {
	case xml.Name{Space: nsContainer, Local: "Item"}:
		r.found.items = append(r.found.items, containerItem{})
	case xml.Name{Space: nsRDF, Local: "Description"}:
	default:
		if element.Name.Space == nsGainMap {
			r.values = nil
		}
	}

	for _, attribute := range element.Attr {
		switch {
		case attribute.Name.Space == nsItem:
			r.item(attribute.Name.Local, attribute.Value)
		case attribute.Name.Space == nsGainMap && element.Name.Local == "Description":
			r.property(attribute.Name.Local, attribute.Value)
		}
	}
}

func (r *gainReader) end() {
	name := r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]

	text := strings.TrimSpace(r.text.String())
	r.text.Reset()

	switch {
	case name == xml.Name{Space: nsRDF, Local: "li"}:
		r.values = append(r.values, text)
	case name.Space == nsItem:
		r.item(name.Local, text)
	case name.Space == nsGainMap && len(r.values) > 0:
		r.property(name.Local, r.values...)
	case name.Space == nsGainMap:
		r.property(name.Local, text)
	}
}

func (r *gainReader) property(name string, values ...string) {
	if _, twice := r.found.properties[name]; twice {
		r.found.twice = true
	}

	r.found.properties[name] = values
}

// item sets a field of the item that began last.
func (r *gainReader) item(name, value string) {
	if len(r.found.items) == 0 {
		return
	}

	last := &r.found.items[len(r.found.items)-1]

	switch name {
	case "Semantic":
		last.semantic = value
	case "Length":
		last.length = itemBytes(value)
	case "Padding":
		last.padding = itemBytes(value)
	}
}

// itemBytes reads a count of bytes; what is none is 0.
func itemBytes(value string) int64 {
	count, err := strconv.ParseUint(value, 10, 32)
	if err != nil {
		return 0
	}

	return int64(count)
}

// gainMaps returns where a container's gain maps begin in the file; the primary ends
// at an offset, and the other items follow it.
func (x gainXMP) gainMaps(end int64) []int64 {
	var found []int64

	for i, item := range x.items {
		if i > 0 && item.semantic == "GainMap" {
			found = append(found, end)
		}

		if i > 0 { // The primary's length is not written.
			end += item.length
		}

		end += item.padding
	}

	return found
}
