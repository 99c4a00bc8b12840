package awsapi

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"
)

// Multi is a service with several protocols, between which its clients choose: AWS JSON, AWS
// Query, and Smithy RPC v2 CBOR. CloudWatch is such a service. The operations receive JSON,
// whatever the protocol is; in AWS Query, all values of it are texts. They return structures,
// lists, maps and values, with the names of encoding/json.
// https://smithy.io/2.0/aws/protocols/index.html
type Multi struct {
	Service

	Namespace string // Of the XML of AWS Query.
}

// Time is a time in an answer. JSON and CBOR have seconds, and XML has a text.
type Time time.Time

// MarshalJSON implements [json.Marshaler].
func (t Time) MarshalJSON() ([]byte, error) {
	const milli = 1000

	return strconv.AppendFloat(nil, float64(time.Time(t).UnixMilli())/milli, 'f', -1, 64), nil //nolint:mnd // The size of a float64.
}

// UnmarshalJSON implements [json.Unmarshaler].
func (t *Time) UnmarshalJSON(text []byte) error {
	const milli = 1000

	seconds, err := strconv.ParseFloat(string(text), 64)
	*t = Time(time.UnixMilli(int64(seconds * milli)))

	return err
}

// ServeHTTP implements [http.Handler].
func (m *Multi) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch ProtocolOf(r, "") {
	case ProtocolQuery:
		m.query().ServeHTTP(w, r)
	case ProtocolCBOR:
		m.serveCBOR(w, r)
	default:
		m.Service.ServeHTTP(w, r)
	}
}

// query returns the service in the protocol AWS Query.
func (m *Multi) query() *Query {
	q := &Query{Name: m.Name, Namespace: m.Namespace, Operations: map[string]QueryOperation{}}

	for name, run := range m.Operations {
		q.Operations[name] = func(ctx context.Context, in Parameters) (any, error) {
			body, err := json.Marshal(in.tree())
			if err != nil {
				return nil, err
			}

			out, err := run(ctx, body)
			if err != nil || out == nil {
				return nil, err
			}

			return xmlValue{reflect.ValueOf(out)}, nil
		}
	}

	return q
}

// serveCBOR answers a request whose path ends with operation/NAME.
func (m *Multi) serveCBOR(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]

	run, known := m.Operations[name]
	if !known {
		writeCBORError(w, Errorf("UnknownOperationException", "%s in the emulator has no operation %q", m.Name, name))

		return
	}

	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBodyBytes))
	if err != nil {
		writeCBORError(w, Errorf("SerializationException", "read the request: %v", err))

		return
	}

	text := []byte("{}")

	if len(body) > 0 {
		value, err := cbor.Decode(body)
		if err == nil {
			text, err = json.Marshal(plain(value))
		}

		if err != nil {
			writeCBORError(w, Errorf("SerializationException", "the request is not valid CBOR for this operation: %v", err))

			return
		}
	}

	out, err := run(r.Context(), text)
	if err != nil {
		writeCBORError(w, err)

		return
	}

	answer := cbor.Value(cbor.Map{})
	if out != nil {
		answer = cborOf(reflect.ValueOf(out))
	}

	w.Header().Set("Content-Type", "application/cbor")
	w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
	w.Header().Set("X-Amzn-Requestid", requestID())
	_, _ = w.Write(cbor.Encode(answer)) // An error means that the client has disconnected.
}

// tree returns the parameters of a request as structures, lists and texts. A parameter's name
// is a path: Dimensions.member.1.Name.
func (p Parameters) tree() any {
	root := map[string]any{}

	for name := range p.values {
		if name == "Action" || name == "Version" || p.values.Get(name) == "" { // An empty list is an empty text.
			continue
		}

		at := root
		parts := strings.Split(name, ".")

		for i, part := range parts {
			if i == len(parts)-1 {
				at[part] = p.values.Get(name)

				break
			}

			next, isMap := at[part].(map[string]any)
			if !isMap {
				next = map[string]any{}
				at[part] = next
			}

			at = next
		}
	}

	return lists(root)
}

// lists replaces each structure with the only member "member" by the list that it means.
func lists(value any) any {
	object, isObject := value.(map[string]any)
	if !isObject {
		return value
	}

	members, isList := object["member"].(map[string]any)
	if !isList || len(object) != 1 {
		for name, one := range object {
			object[name] = lists(one)
		}

		return object
	}

	list := []any{}

	for i := 1; i <= maxListed; i++ {
		one, given := members[strconv.Itoa(i)]
		if !given {
			break
		}

		list = append(list, lists(one))
	}

	return list
}
