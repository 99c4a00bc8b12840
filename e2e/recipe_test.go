package e2e_test

import "math"

// wanted is a variant of the default recipe.
type wanted struct {
	name          string
	width, height int
	cover         bool
}

func defaultRecipe() []wanted {
	return []wanted{
		{"thumbnail", 160, 160, true},
		{"medium", 800, 800, false},
		{"large", 1600, 1600, false},
	}
}

// size is what sharp makes of an upright picture of width × height, with
// withoutEnlargement: 4000×3000 inside 150 is 150×113.
func (w wanted) size(width, height int) (int, int) {
	if w.cover {
		factor := min(1, max(float64(w.width)/float64(width), float64(w.height)/float64(height)))

		return min(w.width, round(float64(width)*factor)), min(w.height, round(float64(height)*factor))
	}

	shrink := max(1, float64(width)/float64(w.width), float64(height)/float64(w.height))

	return round(float64(width) / shrink), round(float64(height) / shrink)
}

// round is to the nearest, halves up, and never nothing.
func round(side float64) int { return max(1, int(math.Floor(side+0.5))) }
