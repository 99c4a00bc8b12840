package hevc

// grid converts between the two orders of CTBs (clause 6.5.1): raster scan, and tile
// scan, in which a picture is coded.
type grid struct {
	raster []int32 // the raster address by the address in tile scan
	coded  []int32 // the address in tile scan by raster address
	tile   []int16 // the number of the tile by raster address
	startX []bool  // whether a tile starts at a column of CTBs
}

// newGrid computes the order of the CTBs of a picture.
func newGrid(s *sps, p *pps) (*grid, error) {
	columns, err := boundaries(p.columns, p.uniform || !p.tiles, s.ctbsX, "columns")
	if err != nil {
		return nil, err
	}

	rows, err := boundaries(p.rows, p.uniform || !p.tiles, s.ctbsY, "rows")
	if err != nil {
		return nil, err
	}

	count := s.ctbsX * s.ctbsY
	g := &grid{raster: make([]int32, 0, count), coded: make([]int32, count), tile: make([]int16, count), startX: make([]bool, s.ctbsX)}

	for j := range len(rows) - 1 {
		for i := range len(columns) - 1 {
			g.startX[columns[i]] = true

			for y := rows[j]; y < rows[j+1]; y++ {
				for x := columns[i]; x < columns[i+1]; x++ {
					address := y*s.ctbsX + x
					g.coded[address] = int32(len(g.raster))
					g.tile[address] = int16(j*(len(columns)-1) + i)
					g.raster = append(g.raster, int32(address))
				}
			}
		}
	}

	return g, nil
}

// boundaries returns where columns or rows of tiles start, and the size of the picture
// (clause 6.5.1).
func boundaries(sizes []int, uniform bool, whole int, name string) ([]int, error) {
	count := len(sizes) + 1
	if count > whole {
		return nil, corrupt("%d %s of tiles in a picture of %d", count, name, whole)
	}

	made := make([]int, count+1)
	made[count] = whole

	for i := 1; i < count; i++ {
		if uniform {
			made[i] = i * whole / count
		} else {
			made[i] = made[i-1] + sizes[i-1]
		}

		if made[i] >= whole {
			return nil, corrupt("%s of tiles beyond the picture of %d", name, whole)
		}
	}

	return made, nil
}
