package cdn

import "encoding/xml"

// list is a list with its length, as CloudFront writes it.
type list[T any] struct {
	Quantity int
	Items    *items[T] `xml:",omitempty"`
}

type items[T any] struct {
	Members []T
}

// MarshalXML implements [xml.Marshaler]. The elements have the names of their type's XMLName,
// or are texts.
func (i items[T]) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	if err := e.EncodeToken(start); err != nil {
		return err
	}

	for _, member := range i.Members {
		if err := e.Encode(member); err != nil {
			return err
		}
	}

	return e.EncodeToken(start.End())
}

func listOf[T any](members ...T) list[T] {
	if len(members) == 0 {
		return list[T]{}
	}

	return list[T]{Quantity: len(members), Items: &items[T]{members}}
}

// The members of lists of texts.
type (
	method struct {
		XMLName xml.Name `xml:"Method"`
		Name    string   `xml:",chardata"`
	}
	keyGroup struct {
		XMLName xml.Name `xml:"KeyGroup"`
		ID      string   `xml:",chardata"`
	}
	alias struct {
		XMLName xml.Name `xml:"CNAME"`
		Name    string   `xml:",chardata"`
	}
)

func methodsOf(names ...string) list[method] {
	var methods []method
	for _, name := range names {
		methods = append(methods, method{Name: name})
	}

	return listOf(methods...)
}
