package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"triptych/picture"
	"triptych/picture/metadata"
)

// comparison compares mutants, and counts their kinds.
type comparison struct {
	python  string
	seeds   []seed
	seed    uint64
	keep    string
	workers int
	verbose bool

	mu       sync.Mutex
	out      io.Writer
	kinds    map[kind]*tally
	findings int
}

// run compares the mutants of count numbers.
func (c *comparison) run(ctx context.Context, first, count int) error {
	group, ctx := errgroup.WithContext(ctx)
	numbers := make(chan int)

	group.Go(func() error {
		defer close(numbers)

		for number := first; number < first+count; number++ {
			select {
			case numbers <- number:
			case <-ctx.Done():
				return ctx.Err()
			}
		}

		return nil
	})

	for range c.workers {
		group.Go(func() error {
			j := &judge{python: c.python}
			defer j.stop()

			for number := range numbers {
				if err := c.compare(ctx, j, number); err != nil {
					return err
				}
			}

			return nil
		})
	}

	return group.Wait()
}

// compare makes a mutant, and counts its kind.
func (c *comparison) compare(ctx context.Context, j *judge, number int) error {
	random := rand.New(rand.NewPCG(c.seed, uint64(number))) //nolint:gosec // Numbers must be reproducible.
	from, other := c.seeds[random.IntN(len(c.seeds))], c.seeds[random.IntN(len(c.seeds))]
	mutant, places := mutate(random, from.content, other.content)

	theirs, err := j.decode(ctx, mutant)
	if err != nil {
		return err
	}

	ours := decode(ctx, mutant)
	found := kindOf(mutant, ours, theirs)
	found.places = strings.Join(places, ", ")

	wrong := ours.finding

	// Two programs that show different pixels of a damaged file may read its boxes
	// differently, too.
	if ours.Error == "" && found.class != differ {
		problem, err := c.master(ctx, j, mutant, ours.shown, theirs)
		if err != nil {
			return err
		}

		if problem != "" {
			wrong = append(wrong, problem)
		}
	}

	c.count(number, from.name, mutant, found, wrong)

	return nil
}

// mine is the outcome of this project's decoder.
type mine struct {
	shown

	finding []string
}

// decode decodes a file as the pipeline does: all pixels in RGBA.
func decode(ctx context.Context, file []byte) (made mine) {
	const most = time.Minute

	whole := picture.Spec{Name: "whole", Width: maxSide, Height: maxSide, Fit: picture.Inside, Format: picture.PNG}

	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()

	begun := time.Now()
	outputs, err := picture.Process(ctx, file, whole)

	if took := time.Since(begun); took > most {
		made.finding = append(made.finding, fmt.Sprintf("decoding takes %v", took))
	}

	if err != nil {
		made.Error = err.Error()
		if strings.Contains(made.Error, "panic") {
			made.finding = append(made.finding, "panic")
		}

		return made
	}

	decoded, err := png.Decode(bytes.NewReader(outputs[0].Data))
	if err != nil {
		made.finding = append(made.finding, fmt.Sprintf("the variant cannot be read: %v", err))
		made.Error = err.Error()

		return made
	}

	pixels := image.NewNRGBA(decoded.Bounds())
	draw.Draw(pixels, pixels.Rect, decoded, image.Point{}, draw.Src)
	made.Width, made.Height, made.pixels = pixels.Rect.Dx(), pixels.Rect.Dy(), pixels.Pix

	return made
}

const maxSide = 65_535

// master makes the master of a mutant as it is, and returns how it differs from the mutant
// for either program, or "". libheif may accept the master of a file that it rejects,
// because the master has its boxes in another form.
func (c *comparison) master(ctx context.Context, j *judge, mutant []byte, ours, theirs shown) (string, error) {
	master, _, failed := metadata.AsIs(mutant)
	if failed != nil {
		return "no master: " + failed.Error(), nil //nolint:nilerr // The error is the result of the comparison.
	}

	again := decode(ctx, master)

	switch {
	case again.Error != "":
		return "the master is rejected: " + again.Error, nil
	case !bytes.Equal(again.pixels, ours.pixels):
		return "the master has other pixels", nil
	}

	judged, err := j.decode(ctx, master)

	switch {
	case err != nil || theirs.Error != "":
		return "", err
	case judged.Error != "":
		return "libheif rejects the master: " + judged.Error, nil
	case !bytes.Equal(judged.pixels, theirs.pixels):
		return "libheif shows other pixels of the master", nil
	}

	return "", nil
}

// count adds a mutant to its kind, and keeps the first examples of each kind, and every
// finding.
func (c *comparison) count(number int, from string, mutant []byte, found kind, wrong []string) {
	c.mu.Lock()
	defer c.mu.Unlock()

	counted := c.kinds[found]
	if counted == nil {
		counted = &tally{}
		c.kinds[found] = counted
	}

	counted.number++

	if interesting := found.class != equal && found.class != bothReject; interesting && len(counted.examples) < mostExamples || len(wrong) > 0 || c.verbose {
		counted.examples = append(counted.examples, number)

		// Without the file, the mutant can be made again.
		_ = os.WriteFile(filepath.Join(c.keep, fmt.Sprintf("%d-%d-%s", c.seed, number, from)), mutant, 0o644) //nolint:gosec // Not secret.
	}

	if c.verbose {
		fmt.Fprintf(c.out, "mutant %d of %s: %s\n", number, from, found)
	}

	for _, problem := range wrong {
		c.findings++

		fmt.Fprintf(c.out, "FINDING mutant %d of %s: %s\n", number, from, problem)
	}
}
