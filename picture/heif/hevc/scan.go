package hevc

// The scans of coefficients (clause 7.4.9.11, scanIdx).
const (
	scanDiagonal = iota
	scanHorizontal
	scanVertical
	scans
)

// spot is a position in a block, in samples or in sub-blocks.
type spot struct{ x, y uint8 }

const largestScan = 3

// scanTable has the scans of blocks of 1, 2, 4 and 8 positions a side.
var scanTable = makeScans()

func scanOf(log2 int, kind int) []spot { return scanTable[log2][kind] }

// makeScans computes the scans of clauses 6.5.3 to 6.5.5.
func makeScans() (made [largestScan + 1][scans][]spot) {
	for log2 := range made {
		side := 1 << log2

		for sum := range 2*side - 1 {
			for x := range side {
				if y := sum - x; y >= 0 && y < side {
					made[log2][scanDiagonal] = append(made[log2][scanDiagonal], spot{uint8(x), uint8(y)})
				}
			}
		}

		for major := range side {
			for minor := range side {
				made[log2][scanHorizontal] = append(made[log2][scanHorizontal], spot{uint8(minor), uint8(major)})
				made[log2][scanVertical] = append(made[log2][scanVertical], spot{uint8(major), uint8(minor)})
			}
		}
	}

	return made
}
