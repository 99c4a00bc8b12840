package icc

// KeepBlack disables the black point compensation of a table, as in the reference.
func (t *Transform) KeepBlack() {
	if t.lut != nil {
		t.lut.connect.black = [results]float64{}
	}
}
