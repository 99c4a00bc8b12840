package stepfunctions

import "go.etcd.io/bbolt"

// InterceptUpdates puts a test between a new service and its database: the commits
// of executions go through it.
func (s *Service) InterceptUpdates(intercept func(update func() error) error) {
	update := s.commits.update
	s.commits.update = func(change func(tx *bbolt.Tx) error) error {
		return intercept(func() error { return update(change) })
	}
}

// Expand gives the text of an event as it is stored.
func (s *Service) Expand(stored []byte) ([]byte, error) { return s.codec.expand(stored) }
