package t81

// Further markers of table B.1, and of ITU-T T.87.
const (
	JPG   = 0xc8 // reserved for extensions
	SOF15 = 0xcf // the last of the frame headers
	DHP   = 0xde // define hierarchical progression
	EXP   = 0xdf // expand reference components
	APP14 = 0xee // Adobe's segment
	APP15 = 0xef
	SOF55 = 0xf7 // JPEG-LS
)

// IsFrame reports whether a marker begins a frame, of any coding process.
func IsFrame(marker byte) bool {
	switch marker {
	case DHT, JPG, DAC:
		return false
	case SOF55:
		return true
	default:
		return marker >= SOF0 && marker <= SOF15
	}
}

// Process returns the name of the coding process of a frame. It returns "" for the
// processes that phones, cameras and programs use: Huffman coding, sequential or
// progressive.
func Process(marker byte) string {
	switch marker {
	case SOF0, SOF1, SOF2:
		return ""
	case 0xc3, 0xcb:
		return "lossless JPEG"
	case 0xc9, 0xca:
		return "JPEG with arithmetic coding"
	case SOF55:
		return "JPEG-LS"
	default:
		return "hierarchical JPEG"
	}
}
