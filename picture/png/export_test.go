package png

// Memory returns the declared memory for the image of a file.
func Memory(file []byte) (int64, error) {
	found, err := walk(file)

	return found.memory(false), err
}
