package icc

// KeepBlack leaves a table's darkest as it is, as the reference does.
func (t *Transform) KeepBlack() {
	if t.lut != nil {
		t.lut.connect.black = [results]float64{}
	}
}
