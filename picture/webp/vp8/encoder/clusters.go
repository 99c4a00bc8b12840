package encoder

import "slices"

// clusters returns the centers of up to four clusters of values, in ascending order (the
// algorithm of Lloyd).
func clusters(values []int) []int {
	const rounds = 8

	sorted := slices.Clone(values)
	slices.Sort(sorted)

	centers := make([]int, mostSegments)
	for i := range centers {
		centers[i] = sorted[(2*i+1)*len(sorted)/(2*mostSegments)]
	}

	centers = slices.Compact(centers)

	for range rounds {
		begin := 0

		for i := range centers {
			end := len(sorted)
			if i+1 < len(centers) {
				end, _ = slices.BinarySearch(sorted, (centers[i]+centers[i+1])/2)
			}

			sum := 0
			for _, v := range sorted[begin:max(begin, end)] {
				sum += v
			}

			if end > begin {
				centers[i] = sum / (end - begin)
				begin = end
			}
		}
	}

	return centers
}

// nearest returns the index of the nearest value. Of equal ones it is the first.
func nearest(values []int, target int) int {
	best := 0

	for i, v := range values {
		if distance(v, target) < distance(values[best], target) {
			best = i
		}
	}

	return best
}

func distance(a, b int) int { return max(a-b, b-a) }
