package command

import (
	"context"
	"strings"
	"time"

	"triptych/cli/internal/target"
)

const (
	watchInterval  = 2 * time.Second
	watchedUploads = 20
	// clearScreen moves the cursor to the first line and clears the terminal (ECMA-48, 8.3.21
	// and 8.3.39).
	clearScreen = "\x1b[H\x1b[J"
)

// watch shows what list writes, again and again until the user interrupts it. Each list is
// written in one call, so that the terminal does not flicker.
func (s *session) watch(ctx context.Context, list func(ctx context.Context, write func(string) error) error) error {
	ticker := time.NewTicker(watchInterval)
	defer ticker.Stop()

	for {
		var text strings.Builder

		err := list(ctx, func(line string) error {
			text.WriteString(line)

			return nil
		})
		if target.Interrupted(err) {
			return nil
		}

		if err != nil {
			return err
		}

		if err := s.text(clearScreen + text.String()); err != nil {
			return err
		}

		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}
