package awsapi

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// QueryOperation answers one call of a service with the protocol "AWS Query". It receives
// the parameters of the request and returns the value of the result element; nil means an
// answer without a result.
type QueryOperation func(ctx context.Context, in Parameters) (any, error)

// Query is a service with the protocol "AWS Query": a form with the parameter Action in,
// XML out.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
type Query struct {
	Name       string // The service's name in errors: "IAM".
	Namespace  string // Of the answers' XML.
	Operations map[string]QueryOperation
}

// Members is a list in the XML of an answer. An empty list has an element too, as on AWS.
type Members[T any] struct {
	Member []T `xml:"member"`
}

// MembersOf returns the list of the given members.
func MembersOf[T any](members ...T) Members[T] { return Members[T]{Member: members} }

// queryResult is a result with the operation's name in its elements.
type queryResult struct {
	operation, namespace, id string
	value                    any
}

// MarshalXML implements [xml.Marshaler].
func (q queryResult) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	root := xml.StartElement{
		Name: xml.Name{Local: q.operation + "Response"}, Attr: []xml.Attr{{Name: xml.Name{Local: "xmlns"}, Value: q.namespace}},
	}

	if err := e.EncodeToken(root); err != nil {
		return err
	}

	if q.value != nil {
		if err := e.EncodeElement(q.value, xml.StartElement{Name: xml.Name{Local: q.operation + "Result"}}); err != nil {
			return err
		}
	}

	metadata := struct {
		RequestID string `xml:"RequestId"`
	}{q.id}

	if err := e.EncodeElement(metadata, xml.StartElement{Name: xml.Name{Local: "ResponseMetadata"}}); err != nil {
		return err
	}

	return e.EncodeToken(root.End())
}

// OperationNames returns the names of the operations, sorted.
func (s *Query) OperationNames() []string { return slices.Sorted(maps.Keys(s.Operations)) }

// ServeHTTP implements [http.Handler]. It answers an unknown operation with InvalidAction,
// whose message names the operation.
func (s *Query) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in, err := readParameters(w, r)
	if err != nil {
		s.writeError(w, err)

		return
	}

	operation, known := s.Operations[in.Text("Action")]
	if !known {
		s.writeError(w, Errorf("InvalidAction", "Could not find operation %s for version %s: %s in the emulator does not have it",
			in.Text("Action"), in.Text("Version"), s.Name))

		return
	}

	value, err := operation(r.Context(), in)
	if err != nil {
		s.writeError(w, err)

		return
	}

	id := requestID()
	writeXML(w, http.StatusOK, id, queryResult{in.Text("Action"), s.Namespace, id, value})
}

// writeError answers with an error. The code of a denied call has another name than in
// the JSON protocol.
func (s *Query) writeError(w http.ResponseWriter, err error) {
	if failure, ok := errors.AsType[*Error](err); ok && failure.Code == "AccessDeniedException" {
		err = &Error{Code: "AccessDenied", Message: failure.Message, Status: http.StatusForbidden}
	}

	WriteXMLError(w, s.Namespace, err)
}

// Parameters are the parameters of a request.
type Parameters struct {
	values url.Values
}

// readParameters reads the parameters from the body, or from the query of a GET request.
func readParameters(w http.ResponseWriter, r *http.Request) (Parameters, error) {
	text := r.URL.RawQuery

	if r.Method == http.MethodPost {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBodyBytes))
		if err != nil {
			return Parameters{}, Errorf("MalformedInput", "read the request: %v", err)
		}

		text = string(body)
	}

	values, err := url.ParseQuery(text)
	if err != nil {
		return Parameters{}, Errorf("MalformedQueryString", "The query string contains a syntax error: %v", err)
	}

	return Parameters{values}, nil
}

// ParametersOf returns parameters with these values.
func ParametersOf(values url.Values) Parameters { return Parameters{values} }

// Has reports whether the request has the parameter.
func (p Parameters) Has(name string) bool { return p.values.Has(name) }

// Text returns a parameter, or "".
func (p Parameters) Text(name string) string { return p.values.Get(name) }

// Required returns a parameter that must not be empty.
func (p Parameters) Required(name string) (string, error) {
	if value := p.values.Get(name); value != "" {
		return value, nil
	}

	return "", Errorf("ValidationError", "1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null",
		strings.ToLower(name[:1])+name[1:])
}

// Number returns a parameter that is a number between least and most, or otherwise if the
// request does not have it.
func (p Parameters) Number(name string, otherwise, least, most int) (int, error) {
	if !p.values.Has(name) {
		return otherwise, nil
	}

	number, err := strconv.Atoi(p.values.Get(name))
	if err != nil || number < least || number > most {
		return 0, Errorf("ValidationError", "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: "+
			"Member must have value between %d and %d", p.values.Get(name), strings.ToLower(name[:1])+name[1:], least, most)
	}

	return number, nil
}

// maxListed limits how many members of a list are read.
const maxListed = 1000

// List returns the members of a list parameter: name.member.1, name.member.2 and so on.
func (p Parameters) List(name string) []string {
	var list []string

	for i := 1; i <= maxListed && p.values.Has(name+".member."+strconv.Itoa(i)); i++ {
		list = append(list, p.values.Get(name+".member."+strconv.Itoa(i)))
	}

	return list
}

// Structures returns the members of a list of structures: name.member.1.Field and so on.
func (p Parameters) Structures(name string) []Parameters { return p.entries(name + ".member.") }

// Entries returns the entries of a map parameter: name.entry.1.key and name.entry.1.value.
func (p Parameters) Entries(name string) map[string]string {
	entries := map[string]string{}
	for _, one := range p.entries(name + ".entry.") {
		entries[one.Text("key")] = one.Text("value")
	}

	return entries
}

// entries returns the parameters below prefix1, prefix2 and so on.
func (p Parameters) entries(prefix string) []Parameters {
	byNumber := map[int]url.Values{}

	for name, values := range p.values {
		rest, found := strings.CutPrefix(name, prefix)
		if !found {
			continue
		}

		digits, field, _ := strings.Cut(rest, ".")

		number, err := strconv.Atoi(digits)
		if err != nil || number < 1 || number > maxListed {
			continue
		}

		if byNumber[number] == nil {
			byNumber[number] = url.Values{}
		}

		byNumber[number][field] = values
	}

	var list []Parameters
	for _, number := range slices.Sorted(maps.Keys(byNumber)) {
		list = append(list, Parameters{byNumber[number]})
	}

	return list
}
