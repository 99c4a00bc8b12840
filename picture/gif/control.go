package gif

import "encoding/binary"

// Control is a graphic control extension (section 23).
type Control struct {
	Disposal    byte
	Delay       int // hundredths of a second
	Transparent int // the transparent index; −1 means none

	flags byte // as stored in the file
}

// NoControl applies to an image without a graphic control.
var NoControl = Control{Transparent: -1}

const (
	controlBytes    = 4
	transparentFlag = 1
)

// ParseControl reads the first sub-block of a graphic control. The sub-block has four
// bytes, but some encoders write more.
func ParseControl(data []byte) (Control, bool) {
	const delayAt, indexAt, disposalShift, disposalMask = 1, 3, 2, 7

	if len(data) < controlBytes {
		return NoControl, false
	}

	read := Control{
		Disposal:    data[0] >> disposalShift & disposalMask,
		Delay:       int(binary.LittleEndian.Uint16(data[delayAt:])),
		Transparent: -1,
		flags:       data[0],
	}

	if data[0]&transparentFlag != 0 {
		read.Transparent = int(data[indexAt])
	}

	return read, true
}

// withTransparent returns the extension with another transparent index; −1 means none.
func (c Control) withTransparent(index int) []byte {
	const fixed = 2 // label and introducer

	made := make([]byte, 0, fixed+1+controlBytes+1)
	flags, value := c.flags&^transparentFlag, byte(0)

	if index >= 0 {
		flags, value = flags|transparentFlag, byte(index) //nolint:gosec // An index fits into a byte.
	}

	made = append(made, blockExtension, labelControl, controlBytes, flags)
	made = binary.LittleEndian.AppendUint16(made, uint16(c.Delay)) //nolint:gosec // The value was read from 16 bits.

	return append(made, value, 0)
}
