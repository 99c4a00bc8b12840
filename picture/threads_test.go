package picture

import (
	"runtime"
	"testing"

	"triptych/picture/metadata"
)

// TestThreads checks that a single large image uses two processors. If there are several
// images, or if the image is small, each image uses one processor.
func TestThreads(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))

	large, small := metadata.Info{Width: 4000, Height: 3000}, metadata.Info{Width: 400, Height: 300}

	for others, want := range []int{2, 2, 1, 1, 1} {
		leave := enter()
		defer leave()

		if got := threadsFor(large); got != want {
			t.Errorf("%d others: %d threads, want %d", others, got, want)
		}

		if got := threadsFor(small); got != 1 {
			t.Errorf("%d others: %d threads for a small image", others, got)
		}
	}
}
