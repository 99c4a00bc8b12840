package jsonata

import (
	"math"
	"strings"
)

// Numbers in English words, as JSONata spells them: "one thousand, two hundred and
// thirty-four".
var (
	smallWords = strings.Fields("Zero One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen " +
		"Fifteen Sixteen Seventeen Eighteen Nineteen")
	smallOrdinals = strings.Fields("Zeroth First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth Eleventh Twelfth " +
		"Thirteenth Fourteenth Fifteenth Sixteenth Seventeenth Eighteenth Nineteenth")
	tensWords  = strings.Fields("Twenty Thirty Forty Fifty Sixty Seventy Eighty Ninety")
	scaleWords = strings.Fields("Thousand Million Billion Trillion")
)

// numberWords returns a number in words. inner means that words precede it.
func numberWords(number float64, inner, ordinal bool) string {
	join := func(text string) string {
		if inner {
			return text
		}

		return ""
	}

	switch {
	case number < 20: //nolint:mnd // The numbers that have a word.
		words := smallWords
		if ordinal {
			words = smallOrdinals
		}

		return join(" and ") + words[int(number)]
	case number < 100: //nolint:mnd // Tens.
		ten, rest := tensWords[int(number)/10-2], math.Mod(number, 10)

		switch {
		case rest > 0:
			ten += "-" + numberWords(rest, false, ordinal)
		case ordinal:
			ten = ten[:len(ten)-1] + "ieth"
		}

		return join(" and ") + ten
	case number < 1000: //nolint:mnd // Hundreds.
		return join(", ") + smallWords[int(number)/100] + " Hundred" + restWords(math.Mod(number, 100), ordinal)
	default:
		scale := min(int(math.Floor(math.Log10(number)/3)), len(scaleWords))
		factor := math.Pow(10, float64(scale*3))
		count := math.Floor(number / factor)

		return join(", ") + numberWords(count, false, false) + " " + scaleWords[scale-1] + restWords(number-count*factor, ordinal)
	}
}

func restWords(rest float64, ordinal bool) string {
	switch {
	case rest > 0:
		return numberWords(rest, true, ordinal)
	case ordinal:
		return "th"
	default:
		return ""
	}
}

// wordValues are the values of words in lower case.
var wordValues = func() map[string]float64 {
	out := map[string]float64{"hundred": 100, "hundredth": 100}

	for i, word := range smallWords {
		out[strings.ToLower(word)] = float64(i)
		out[strings.ToLower(smallOrdinals[i])] = float64(i)
	}

	for i, word := range tensWords {
		word = strings.ToLower(word)
		out[word] = float64(i+2) * 10
		out[word[:len(word)-1]+"ieth"] = float64(i+2) * 10
	}

	for i, word := range scaleWords {
		word = strings.ToLower(word)
		out[word] = math.Pow(10, float64(i+1)*3)
		out[word+"th"] = out[word]
	}

	return out
}()

// wordsNumber reads a number in words.
func wordsNumber(text string) float64 {
	text = strings.ReplaceAll(strings.ReplaceAll(text, ", ", " "), " and ", " ")
	segments := []float64{0}

	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == '-' || r == '\\' || r == ' ' || r == '\t' || r == '\n' }) {
		value, ok := wordValues[word]
		if !ok {
			return math.NaN()
		}

		last := len(segments) - 1

		switch {
		case value >= 100: //nolint:mnd // A factor.
			segments[last] *= value
		case segments[last] >= 1000: //nolint:mnd // The number before is complete.
			segments = append(segments, value)
		default:
			segments[last] += value
		}
	}

	return total(segments)
}

// numerals are the Roman numerals in descending order.
var numerals = []struct {
	value float64
	text  string
}{
	{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"},
}

// roman returns a number in Roman numerals.
func roman(number float64) string {
	var out strings.Builder

	for _, numeral := range numerals {
		for ; number >= numeral.value; number -= numeral.value {
			out.WriteString(numeral.text)
		}
	}

	return out.String()
}

// romanNumber reads Roman numerals in upper case.
func romanNumber(text string) float64 {
	values := map[byte]float64{'M': 1000, 'D': 500, 'C': 100, 'L': 50, 'X': 10, 'V': 5, 'I': 1}
	number, most := 0.0, 1.0

	for i := len(text) - 1; i >= 0; i-- {
		value, ok := values[text[i]]
		if !ok {
			return math.NaN()
		}

		if value < most {
			number -= value
		} else {
			most = value
			number += value
		}
	}

	return number
}

// alphabet is the number of letters.
const alphabet = 26

// letters returns a number as spreadsheets number their columns: a, b, …, z, aa.
func letters(number float64, first byte) string {
	var out []byte

	for number > 0 {
		out = append([]byte{first + byte(math.Mod(number-1, alphabet))}, out...)
		number = math.Floor((number - 1) / alphabet)
	}

	return string(out)
}

func lettersNumber(text string, first byte) float64 {
	number := 0.0
	for i := range len(text) {
		number += float64(int(text[len(text)-1-i])-int(first)+1) * math.Pow(alphabet, float64(i))
	}

	return number
}
