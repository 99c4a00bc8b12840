package asl

import (
	"encoding/json"
	"strconv"
)

// storedState is an execution as it is stored. encoding/json removes the white space of JSON
// in JSON. A state that passes its input on returns the text of the input as it was received,
// so texts with white space are stored as strings, too.
type storedState struct {
	*executionState

	Verbatim map[string]string `json:"verbatim,omitempty"` // By the text's place.
}

// stored returns the form in which a state is stored.
func (s *executionState) stored() *storedState {
	out := &storedState{executionState: s}

	s.texts(func(place string, text *json.RawMessage) {
		if !hasSpace(*text) {
			return
		}

		if out.Verbatim == nil {
			out.Verbatim = map[string]string{}
		}

		out.Verbatim[place] = string(*text)
	})

	return out
}

// restore sets the texts that were stored as strings.
func (s *storedState) restore() {
	s.texts(func(place string, text *json.RawMessage) {
		if verbatim, ok := s.Verbatim[place]; ok {
			*text = json.RawMessage(verbatim)
		}
	})
}

// texts calls visit with the texts that can come from an input, and their places.
func (s *executionState) texts(visit func(place string, text *json.RawMessage)) {
	visit("input", &s.Options.Input)

	if s.Outcome != nil {
		visit("output", &s.Outcome.Output)
	}

	if s.Root != nil {
		s.Root.texts("", visit)
	}
}

func (f *frame) texts(place string, visit func(place string, text *json.RawMessage)) {
	visit(place+"/input", &f.Input)
	visit(place+"/output", &f.Output)

	for i, child := range f.Children {
		child.texts(place+"/"+strconv.Itoa(i), visit)
	}
}

// hasSpace reports whether JSON has white space outside of strings.
func hasSpace(text []byte) bool {
	inString := false

	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			inString = !inString
		case '\\':
			i++ // Only strings have escapes.
		case ' ', '\t', '\n', '\r':
			if !inString {
				return true
			}
		}
	}

	return false
}
