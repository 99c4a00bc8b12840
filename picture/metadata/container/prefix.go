package container

// Prefix keeps the first bytes that are written to it.
type Prefix struct {
	Limit int
	data  []byte
}

// Write keeps data up to the limit, and never fails.
func (p *Prefix) Write(data []byte) (int, error) {
	room := min(max(0, p.Limit-len(p.data)), len(data))
	p.data = append(p.data, data[:room]...)

	return len(data), nil
}

// Bytes returns the bytes that were kept.
func (p *Prefix) Bytes() []byte { return p.data }
