package hevc

import (
	"math"
	"math/rand/v2"
	"testing"
)

// matrix returns transMatrix for a size: the DCT or the DST of clause 8.6.4.2.
func matrix(size int, dst bool) [][]int64 {
	made := make([][]int64, size)
	for row := range made {
		made[row] = make([]int64, size)

		for column := range made[row] {
			angle := row * (2*column + 1) * (32 / size) % 128
			sign := int64(1)

			if angle > 64 {
				angle = 128 - angle
			}

			if angle > 32 {
				angle, sign = 64-angle, -1
			}

			made[row][column] = sign * int64(cosines[angle])
		}
	}

	if dst {
		return [][]int64{{29, 55, 74, 84}, {74, 74, 0, -74}, {84, -29, -74, 55}, {55, -84, 74, -29}}
	}

	return made
}

// TestTransforms compares the transforms with sums over the matrices.
func TestTransforms(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))

	for range 300 {
		log2, depth := 2+random.IntN(4), 8+random.IntN(5)
		size := 1 << log2
		dst := log2 == 2 && random.IntN(2) == 0

		var r residual

		r.columns, r.rows = 1+random.IntN(size), 1+random.IntN(size)
		most := int32(1) << (1 + random.IntN(15))

		for y := range r.rows {
			for x := range r.columns {
				r.coefficients[y*size+x] = min(random.Int32N(2*most+1)-most, math.MaxInt16)
			}
		}

		want := transformed(&r, matrix(size, dst), size, depth)

		switch {
		case dst:
			r.inverse4(true, depth)
		case r.columns == 1 && r.rows == 1:
			if got := r.flat(depth); got != want[0] || got != want[size*size-1] {
				t.Fatalf("DC of %d × %d is %d, want %d", size, size, got, want[0])
			}

			r.inverseDCT(log2, depth)
		default:
			r.inverseDCT(log2, depth)
		}

		for i, value := range want {
			if r.samples[i] != value {
				t.Fatalf("sample %d of %d × %d is %d, want %d", i, size, size, r.samples[i], value)
			}
		}
	}
}

// transformed computes the residual by the equations of clause 8.6.4.2.
func transformed(r *residual, matrix [][]int64, size, depth int) []int32 {
	first := make([]int64, size*size)

	for y := range size {
		for x := range size {
			var sum int64
			for k := range size {
				sum += matrix[k][y] * int64(r.coefficients[k*size+x])
			}

			first[y*size+x] = min(max((sum+64)>>7, math.MinInt16), math.MaxInt16)
		}
	}

	made := make([]int32, size*size)
	shift := 20 - depth

	for y := range size {
		for x := range size {
			var sum int64
			for k := range size {
				sum += matrix[k][x] * first[y*size+k]
			}

			made[y*size+x] = int32((sum + 1<<(shift-1)) >> shift)
		}
	}

	return made
}

// TestMatrix_orthogonal checks the numbers of the DCT: columns are almost orthogonal, and
// have almost the same length.
func TestMatrix_orthogonal(t *testing.T) {
	for _, size := range []int{4, 8, 16, 32} {
		m := matrix(size, false)

		for a := range size {
			for b := range size {
				var sum int64
				for k := range size {
					sum += m[a][k] * m[b][k]
				}

				if a == b {
					sum -= 64 * 64 * int64(size)
				}

				if float64(max(sum, -sum)) > 0.005*64*64*float64(size) {
					t.Errorf("rows %d and %d of %d have the product %d", a, b, size, sum)
				}
			}
		}
	}
}

// TestScans checks that each scan visits every position once, and its first steps.
func TestScans(t *testing.T) {
	for log2 := range largestScan + 1 {
		for kind := range scans {
			seen := map[spot]bool{}
			for _, at := range scanOf(log2, kind) {
				seen[at] = true
			}

			if len(seen) != 1<<(2*log2) || len(scanOf(log2, kind)) != len(seen) {
				t.Errorf("scan %d of 2^%d visits %d positions", kind, log2, len(seen))
			}
		}
	}

	if got := scanOf(2, scanDiagonal)[:4]; got[1] != (spot{0, 1}) || got[2] != (spot{1, 0}) || got[3] != (spot{0, 2}) {
		t.Errorf("the diagonal scan starts with %v", got)
	}
}
