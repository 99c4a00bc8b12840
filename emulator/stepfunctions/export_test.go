package stepfunctions

import "go.etcd.io/bbolt"

// InterceptUpdates lets a test run code around the database commits of a new service.
func (s *Service) InterceptUpdates(intercept func(update func() error) error) {
	update := s.commits.Update
	s.commits.Update = func(change func(tx *bbolt.Tx) error) error {
		return intercept(func() error { return update(change) })
	}
}

// Expand returns the text of a stored event.
func (s *Service) Expand(stored []byte) ([]byte, error) { return s.codec.Expand(stored) }

// Constraints are the constraints of each operation.
var Constraints = constraints
