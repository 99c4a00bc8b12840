package icc

// KeepBlack leaves a table's darkest as it is, as the reference does.
func (t *Transform) KeepBlack() {
	if t.table != nil {
		t.table.connect.black = 0
	}
}
