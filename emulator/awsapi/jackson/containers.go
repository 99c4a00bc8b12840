package jackson

// maxDepth limits the nesting of a text, as encoding/json does.
const maxDepth = 10_000

func (s *scanner) nested(read func() *Error) *Error {
	if s.depth++; s.depth > maxDepth {
		return s.errorf("Document nesting depth (%d) exceeds the maximum allowed (%d)", s.depth, maxDepth)
	}

	err := read()
	s.depth--

	return err
}

// object reads an object whose brace was read.
func (s *scanner) object() *Error {
	opened := s.opened()

	for first := true; ; first = false {
		s.space()

		r := s.next()

		switch {
		case r == end:
			return s.unclosed("Object", opened)
		case r == '}':
			return nil
		case !first && r != ',':
			return s.unexpected(r, ": was expecting comma to separate Object entries")
		case !first:
			s.space()

			if r = s.next(); r == end {
				return s.unclosed("Object", opened)
			}
		}

		if r != '"' {
			return s.unexpected(r, ": was expecting double-quote to start field name")
		}

		if err := s.member(); err != nil {
			return err
		}
	}
}

// member reads a member of an object whose first quote was read.
func (s *scanner) member() *Error {
	if err := s.string(" in field name"); err != nil {
		return err
	}

	s.space()

	switch r := s.next(); r {
	case ':':
	case end:
		return s.errorf("Unexpected end-of-input within/between Object entries")
	default:
		return s.unexpected(r, ": was expecting a colon to separate field name and value")
	}

	s.space()

	if s.peek() == end {
		return s.errorf("Unexpected end-of-input within/between Object entries")
	}

	return s.value()
}

// array reads an array whose bracket was read.
func (s *scanner) array() *Error {
	opened := s.opened()

	for first := true; ; first = false {
		s.space()

		switch r := s.peek(); {
		case r == end:
			return s.unclosed("Array", opened)
		case r == ']':
			s.next()

			return nil
		case !first && r != ',':
			s.next()

			return s.unexpected(r, ": was expecting comma to separate Array entries")
		case !first:
			s.next()
			s.space()

			if s.peek() == end {
				return s.unclosed("Array", opened)
			}
		}

		if err := s.value(); err != nil {
			return err
		}
	}
}

// opened returns the position of the bracket that was read last.
func (s *scanner) opened() string {
	before := *s
	before.at--

	return before.position()
}

func (s *scanner) unclosed(kind, opened string) *Error {
	return s.errorf("Unexpected end-of-input: expected close marker for %s (start marker at %s)", kind, opened)
}
