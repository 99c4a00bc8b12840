package decoder

import (
	"context"
	"testing"

	"triptych/picture/planes"
	"triptych/picture/workers"
)

// panicking is a sink that panics in the second call of Take.
type panicking struct{ calls int }

func (p *panicking) Begin(planes.Shape) {}
func (p *panicking) Needs(int) int      { return 0 }

func (p *panicking) Take([]planes.Window) {
	if p.calls++; p.calls == 2 {
		panic("the second row")
	}
}

// TestDecode_panicReachesCaller checks that a panic on the goroutine of the transforms
// reaches the caller of Decode.
func TestDecode_panicReachesCaller(t *testing.T) {
	defer func() {
		if caught, ok := recover().(*workers.Panic); !ok || caught.Value != "the second row" {
			t.Errorf("recovered %v", caught)
		}
	}()

	file := picture420(sequential, 0)
	err := Decode(context.Background(), file, Options{Threads: 2}, Target{Sink: new(panicking)})
	t.Errorf("no panic, %v", err)
}
