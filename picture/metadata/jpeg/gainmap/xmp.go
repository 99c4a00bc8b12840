// Package gainmap parses the metadata of HDR gain maps, checks them against limits, and
// writes them again: Adobe's gain map specification 1.0, Android's Ultra HDR image format
// 1.1, ISO/TS 21496-1, and the index of images of CIPA DC-007.
package gainmap

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"
)

// Namespaces of Adobe's gain map specification 1.0 and of Android's Ultra HDR image
// format 1.1. Both put the metadata of a gain map into XMP.
const (
	nsRDF       = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	nsGainMap   = "http://ns.adobe.com/hdr-gain-map/1.0/"
	nsContainer = "http://ns.google.com/photos/1.0/container/"
	nsItem      = "http://ns.google.com/photos/1.0/container/item/"
	nsApple     = "http://ns.apple.com/HDRGainMap/1.0/"
)

// IDXMP starts an APP1 segment with an XMP packet (XMP specification, part 3).
const IDXMP = "http://ns.adobe.com/xap/1.0/\x00"

// Mentioned reports whether an XMP packet has to be parsed.
func Mentioned(packet []byte) bool {
	for _, namespace := range []string{nsGainMap, nsContainer, nsApple} {
		if bytes.Contains(packet, []byte(namespace)) {
			return true
		}
	}

	return false
}

// XMP holds the statements of an XMP packet about gain maps.
type XMP struct {
	Properties map[string][]string // of nsGainMap, by their local names
	items      []containerItem
	// twice reports that a property occurs more than once.
	twice bool
}

// containerItem is an entry of a Container:Directory: one of the files that are stored
// one after the other in this file.
type containerItem struct {
	semantic        string
	length, padding int64
}

// ParseXMP reads a packet, which is at most one segment long, up to the end of its
// root element. It returns false if the packet is not well-formed.
func ParseXMP(packet []byte) (XMP, bool) {
	reader := gainReader{decoder: xml.NewDecoder(bytes.NewReader(packet))}
	reader.found.Properties = map[string][]string{}

	for {
		token, err := reader.decoder.Token()
		if err != nil {
			return XMP{}, false
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
	found   XMP
	stack   []xml.Name
	text    strings.Builder
	// values are those of the open property, as an rdf:Seq or as a single value.
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
	if _, twice := r.found.Properties[name]; twice {
		r.found.twice = true
	}

	r.found.Properties[name] = values
}

// item sets a field of the last item.
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

// itemBytes parses a number of bytes. It returns 0 if the value is not a number.
func itemBytes(value string) int64 {
	count, err := strconv.ParseUint(value, 10, 32)
	if err != nil {
		return 0
	}

	return int64(count)
}

// Places returns the positions of a container's gain maps in the file. The primary ends
// at the offset end, and the other items follow it.
func (x XMP) Places(end int64) []int64 {
	var found []int64

	for i, item := range x.items {
		if i > 0 && item.semantic == "GainMap" {
			found = append(found, end)
		}

		if i > 0 { // The container does not contain the primary's length.
			end += item.length
		}

		end += item.padding
	}

	return found
}
