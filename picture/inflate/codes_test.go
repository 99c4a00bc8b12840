package inflate_test

import (
	"testing"
)

// Random complete codes have all lengths up to 15, so both second tables are used.
func TestReader_longCodes(t *testing.T) {
	random, readers := fixed(), newPair()

	for range 300 {
		literals := completeLengths(random, 286, 2+random.IntN(285), 15)
		if literals[256] == 0 {
			continue
		}

		distances := completeLengths(random, 30, 2+random.IntN(29), 15)

		var writer bitWriter

		writer.dynamicHeader(literals, distances)

		literalCodes, distanceCodes := canonical(literals), canonical(distances)

		for range 2000 {
			symbol := random.IntN(286)
			if symbol == 256 || literalCodes[symbol].length == 0 {
				continue
			}

			writer.code(literalCodes[symbol])

			if symbol < 256 {
				continue
			}

			writer.write(random.Uint64(), lengthExtra(symbol))

			place := random.IntN(30)
			for distanceCodes[place].length == 0 || place > 16 && random.IntN(4) > 0 {
				place = random.IntN(30)
				if distanceCodes[place].length > 0 && random.IntN(20) == 0 {
					break
				}
			}

			writer.code(distanceCodes[place])
			writer.write(random.Uint64(), uint(max(place/2-1, 0)))
		}

		writer.code(literalCodes[256])

		packed := stream(writer.bytes)
		readers.same(t, packed, cut(random, packed, 3000), 1000)
	}
}

// lengthExtra is the number of extra bits of a length (3.2.5).
func lengthExtra(symbol int) uint {
	if symbol < 265 || symbol == 285 {
		return 0
	}

	return uint(symbol-261) / 4
}

// A match may begin at each distance, and may have each length.
func TestReader_allMatches(t *testing.T) {
	random, readers := fixed(), newPair()

	literals := make([]byte, 286)
	for i := range literals {
		literals[i] = 8
		if i < 226 {
			literals[i] = 8
		}
	}

	for i := 226; i < 286; i++ { // 226 codes of 8 bits and 60 of 9.
		literals[i] = 9
	}

	distances := make([]byte, 30)
	for i := range distances {
		distances[i] = 5
		if i < 2 {
			distances[i] = 4
		}
	}

	literalCodes, distanceCodes := canonical(literals), canonical(distances)

	for distance := 1; distance < 40; distance++ {
		var writer bitWriter

		writer.dynamicHeader(literals, distances)

		for range distance {
			writer.code(literalCodes[random.IntN(226)])
		}

		for length := 3; length <= 258; length++ {
			symbol, base := 257, 3
			for symbol < 284 && base+1<<lengthExtra(symbol) <= length {
				base += 1 << lengthExtra(symbol)
				symbol++
			}

			writer.code(literalCodes[symbol])
			writer.write(uint64(length-base), lengthExtra(symbol))

			place, from := 0, 1
			for from+1<<max(place/2-1, 0) <= distance {
				from += 1 << max(place/2-1, 0)
				place++
			}

			writer.code(distanceCodes[place])
			writer.write(uint64(distance-from), uint(max(place/2-1, 0)))
			writer.code(literalCodes[random.IntN(226)])
		}

		writer.code(literalCodes[256])

		packed := stream(writer.bytes)
		readers.same(t, packed, [][]byte{packed}, 1000)
	}
}
