// Package deinterleave distributes the samples of interleaved rows over planes.
//
// The rows of PNG and TIFF files are interleaved, and all other code works on planes. On
// amd64 with AVX2 the functions use assembly. The results are the same without it.
package deinterleave

// Three distributes the bytes of pixels of three bytes. The number of pixels is the length
// of first. The other slices must be long enough.
func Three(first, second, third, from []byte) {
	from, second, third = from[:3*len(first)], second[:len(first)], third[:len(first)]

	done := threeKernel(first, second, third, from)
	three(first[done:], second[done:], third[done:], from[3*done:])
}

func three(first, second, third, from []byte) {
	second, third = second[:len(first)], third[:len(first)]

	for i := range first {
		pixel := from[3*i : 3*i+3 : 3*i+3]
		first[i], second[i], third[i] = pixel[0], pixel[1], pixel[2]
	}
}

// Four distributes the bytes of pixels of four bytes; see [Three].
func Four(first, second, third, fourth, from []byte) {
	from, second, third, fourth = from[:4*len(first)], second[:len(first)], third[:len(first)], fourth[:len(first)]

	done := fourKernel(first, second, third, fourth, from)
	four(first[done:], second[done:], third[done:], fourth[done:], from[4*done:])
}

func four(first, second, third, fourth, from []byte) {
	second, third, fourth = second[:len(first)], third[:len(first)], fourth[:len(first)]

	for i := range first {
		pixel := from[4*i : 4*i+4 : 4*i+4]
		first[i], second[i], third[i], fourth[i] = pixel[0], pixel[1], pixel[2], pixel[3]
	}
}

// Words distributes the bytes of words, the lowest byte first; see [Four].
func Words(first, second, third, fourth []byte, from []uint32) {
	from, second, third, fourth = from[:len(first)], second[:len(first)], third[:len(first)], fourth[:len(first)]

	done := wordsKernel(first, second, third, fourth, from)
	words(first[done:], second[done:], third[done:], fourth[done:], from[done:])
}

func words(first, second, third, fourth []byte, from []uint32) {
	const low = 255

	second, third, fourth = second[:len(first)], third[:len(first)], fourth[:len(first)]

	for i, word := range from[:len(first)] {
		first[i], second[i], third[i], fourth[i] = byte(word&low), byte(word>>8&low), byte(word>>16&low), byte(word>>24)
	}
}

// High copies the first byte of each two bytes, which is the high byte of samples of 16
// bits in the order of PNG. The number of samples is the length of into.
func High(into, from []byte) {
	from = from[:2*len(into)]

	done := highKernel(into, from)
	high(into[done:], from[2*done:])
}

func high(into, from []byte) {
	for i := range into {
		into[i] = from[2*i]
	}
}
