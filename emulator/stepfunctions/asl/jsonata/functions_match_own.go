package jsonata

import "unicode/utf8"

// ownMatches calls a function of the expression that returns matches as a regular
// expression does.
func (a *arguments) ownMatches(text string, limit int) ([]occurrence, error) {
	value, err := a.invokeWith(1, text)

	var out []occurrence

	for err == nil && len(out) < limit && !isUndefined(value) {
		object, ok := value.(*Object)
		if !ok {
			return nil, fault("T1010").at(a.name)
		}

		found, ok := asOccurrence(object, text)
		if !ok {
			return nil, fault("T1010").at(a.name)
		}

		out = append(out, found)

		if err := a.take(memberBytes); err != nil {
			return nil, err
		}

		const counted = 8 // Bytes in a step. The positions are counted from the start.

		if err := a.work(len(text) / counted); err != nil {
			return nil, err
		}

		next, _ := object.Get("next")
		if !isFunction(next) {
			break
		}

		value, err = a.invoke(next, nil, nil, a.frame, nil)
	}

	return out, err
}

// asOccurrence reads the object that a matching function returns.
func asOccurrence(object *Object, text string) (occurrence, bool) {
	var out occurrence

	match, _ := object.Get("match")
	start, _ := object.Get("start")
	end, _ := object.Get("end")
	groups, _ := object.Get("groups")

	first, ok := start.(float64)
	last, ok2 := end.(float64)

	if !ok || !ok2 || first < 0 || last < first {
		return out, false
	}

	out.match, _ = match.(string)
	out.index = first
	out.start = unitPosition(text, int(min(first, float64(len(text)))))
	out.end = max(out.start, unitPosition(text, int(min(last, float64(len(text))))))
	out.groups = &array{items: listed(groups)}
	out.value = object

	return out, true
}

// unitPosition returns the position in bytes after a number of UTF-16 code units.
func unitPosition(text string, count int) int {
	at := 0

	for at < len(text) && count > 0 {
		size := characterLength(text[at:])
		at += size

		if count--; size == utf8.UTFMax {
			count--
		}
	}

	return at
}
