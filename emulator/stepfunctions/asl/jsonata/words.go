package jsonata

import "strings"

// Numbers in English words, as JSONata spells them: "one thousand, two hundred and
// thirty-four".

const (
	twenty  = 20
	hundred = 100
	tenStep = 10
)

func smallWords() []string {
	return strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen " +
		"fifteen sixteen seventeen eighteen nineteen")
}

func tensWords() []string {
	return strings.Fields("twenty thirty forty fifty sixty seventy eighty ninety")
}

func scales() []numeral {
	return []numeral{{1e12, "trillion"}, {1e9, "billion"}, {1e6, "million"}, {1e3, "thousand"}}
}

// irregular returns the ordinals that are not the cardinal plus "th".
func irregular() map[string]string {
	return map[string]string{
		"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth",
	}
}

func words(number int64, ordinal bool) string {
	text := cardinal(number)
	if !ordinal {
		return text
	}

	begin := strings.LastIndexAny(text, " -") + 1
	last := text[begin:]

	if word, ok := irregular()[last]; ok {
		return text[:begin] + word
	}

	if stem, ok := strings.CutSuffix(last, "y"); ok {
		return text[:begin] + stem + "ieth"
	}

	return text + "th"
}

func cardinal(number int64) string {
	for _, scale := range scales() {
		if number < scale.value {
			continue
		}

		text := cardinal(number/scale.value) + " " + scale.text
		if rest := number % scale.value; rest >= hundred {
			return text + ", " + cardinal(rest)
		} else if rest > 0 {
			return text + " and " + cardinal(rest)
		}

		return text
	}

	switch {
	case number < twenty:
		return smallWords()[number]
	case number < hundred:
		text := tensWords()[(number-twenty)/tenStep]
		if rest := number % tenStep; rest > 0 {
			text += "-" + smallWords()[rest]
		}

		return text
	default:
		text := smallWords()[number/hundred] + " hundred"
		if rest := number % hundred; rest > 0 {
			text += " and " + cardinal(rest)
		}

		return text
	}
}

// parseWords parses the output of words, cardinal or ordinal.
func parseWords(text string) (int64, bool) {
	values := map[string]int64{}
	for i, word := range smallWords() {
		values[word] = int64(i)
		values[words(int64(i), true)] = int64(i)
	}

	for i := range tensWords() {
		number := int64(twenty + i*tenStep)
		values[cardinal(number)] = number
		values[words(number, true)] = number
	}

	var total, part int64

	fields := strings.FieldsFunc(text, func(c rune) bool { return c == ' ' || c == ',' || c == '-' })

	for _, field := range fields {
		value, plain := values[field]

		switch field = strings.TrimSuffix(field, "th"); {
		case plain:
			part += value
		case field == "and":
		case field == "hundred":
			part *= hundred
		default:
			scale := scaleOf(field)
			if scale == 0 {
				return 0, false
			}

			total += part * scale
			part = 0
		}
	}

	return total + part, len(fields) > 0
}

func scaleOf(word string) int64 {
	for _, scale := range scales() {
		if scale.text == word {
			return scale.value
		}
	}

	return 0
}
