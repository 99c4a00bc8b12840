package stepfunctions

import (
	"fmt"
	"strconv"

	"go.etcd.io/bbolt"

	"triptych/emulator/stepfunctions/asl"
)

// maxCrashes is how often an execution's evaluation may kill the process before the
// execution is set FAILED instead of being resumed.
const maxCrashes = 2

// countCrashes adds the marks that a killed process has left to the executions'
// counts, and reads these. A count ends with the next report that is written: only
// crashes in a row say that it is this execution that kills.
func (s *Service) countCrashes(left []string) error {
	s.crashes = map[string]int{}

	err := s.config.DB.Update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket([]byte(crashesBucket))

		for _, key := range left {
			count, _ := strconv.Atoi(string(bucket.Get([]byte(key)))) // No count is 0.
			if err := bucket.Put([]byte(key), []byte(strconv.Itoa(count+1))); err != nil {
				return err
			}
		}

		return bucket.ForEach(func(k, v []byte) error {
			count, err := strconv.Atoi(string(v))
			s.crashes[string(k)] = count

			return err
		})
	})
	if err != nil {
		return fmt.Errorf("count the evaluations that killed the process: %w", err)
	}

	return s.marks.clear()
}

// crashed says whether an execution's evaluation has killed the process too often.
func (s *Service) crashed(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()

	return s.crashes[key] >= maxCrashes
}

// forgetCrashes says whether an execution has a count, which ends now.
func (s *Service) forgetCrashes(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()

	_, counted := s.crashes[key]
	delete(s.crashes, key)

	return counted
}

// crashFailure is the failure of such an execution.
func crashFailure() asl.Failure {
	return asl.Failure{
		Error: asl.ErrorRuntime,
		Cause: fmt.Sprintf("The emulator's process was killed %d times in a row while it evaluated an expression of this execution. "+
			"It is not resumed. Mend the definition, or its input, and start the execution again.", maxCrashes),
	}
}
