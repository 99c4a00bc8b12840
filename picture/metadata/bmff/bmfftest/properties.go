package bmfftest

import "bytes"

// Size returns an ispe property.
func Size(width, height int) Property {
	return Property{Kind: "ispe", Data: bytes.Join([][]byte{Uint32(0), Uint32(width), Uint32(height)}, nil)}
}

// NCLX returns a colr property of type nclx.
func NCLX(primaries, transfer, matrix int, full bool) Property {
	flag := byte(0)
	if full {
		flag = 0x80
	}

	return Property{Kind: "colr", Data: bytes.Join([][]byte{
		[]byte("nclx"), Uint16(primaries), Uint16(transfer), Uint16(matrix), {flag},
	}, nil)}
}

// Profile returns a colr property with an ICC profile.
func Profile(icc []byte) Property {
	return Property{Kind: "colr", Data: append([]byte("prof"), icc...)}
}

// Turn returns an irot property with the number of quarter turns, counterclockwise.
func Turn(quarters byte) Property {
	return Property{Kind: "irot", Data: []byte{quarters}, Essential: true}
}

// Mirror returns an imir property.
func Mirror(axis byte) Property {
	return Property{Kind: "imir", Data: []byte{axis}, Essential: true}
}

// Aperture returns a clap property of eight numbers: width, height and the two offsets,
// each followed by its divisor.
func Aperture(numbers ...int) Property {
	var data []byte
	for _, n := range numbers {
		data = append(data, Uint32(n)...)
	}

	return Property{Kind: "clap", Data: data, Essential: true}
}

// Auxiliary returns an auxC property.
func Auxiliary(urn string) Property {
	return Property{Kind: "auxC", Data: append(Uint32(0), urn+"\x00"...), Essential: true}
}

// Grid returns the data of an item of type grid.
func Grid(columns, rows, width, height int) []byte {
	return bytes.Join([][]byte{{0, 0, byte(rows - 1), byte(columns - 1)}, Uint16(width), Uint16(height)}, nil) //nolint:gosec // At most 256.
}
