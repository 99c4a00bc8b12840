package png

// Memory is what a file's picture is said to take.
func Memory(file []byte) (int64, error) {
	found, err := walk(file)

	return found.memory(false), err
}
