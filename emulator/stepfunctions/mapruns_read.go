package stepfunctions

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"triptych/emulator/stepfunctions/asl"
)

// beginRead reads a page of a Map Run's items.
func (s *Service) beginRead(e *execution, read asl.Read) {
	s.beginTransfer(e, read.ID, func(ctx context.Context) func() (asl.Effects, error) {
		page, failure := s.readPage(ctx, e.rev.RoleARN, read)

		return func() (asl.Effects, error) {
			if failure != nil {
				return e.machine().ReadFailed(e.x, read.ID, cut(failure.Error()))
			}

			return e.machine().ItemsRead(e.x, read.ID, page)
		}
	})
}

// beginTransfer reads or writes data of a Map Run in the background, and reports the result
// that the transfer returns.
func (s *Service) beginTransfer(e *execution, id string, transfer func(ctx context.Context) func() (asl.Effects, error)) {
	ctx, cancel := context.WithCancel(s.as(e.rev.RoleARN))
	e.tasks[id] = cancel

	s.background(func() {
		defer cancel()

		happened := transfer(ctx)
		if ctx.Err() != nil {
			return // The same as for a task, see begin.
		}

		err := s.report(e, func() (asl.Effects, error) {
			delete(e.tasks, id)

			return happened()
		})
		s.unexpected(e, err)
	})
}

var errNoReader = errors.New("the Step Functions emulator does not support this reader")

func (s *Service) readPage(ctx context.Context, role string, read asl.Read) (asl.Page, error) {
	reader := s.config.Readers[read.Resource]
	if reader == nil {
		return asl.Page{}, fmt.Errorf("%w: %s", errNoReader, strings.TrimPrefix(read.Resource, "arn:aws:states:::"))
	}

	return reader(ctx, role, read)
}
