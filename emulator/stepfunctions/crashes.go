package stepfunctions

import (
	"fmt"
	"strconv"

	"go.etcd.io/bbolt"

	"triptych/emulator/stepfunctions/asl"
)

// maxCrashes is the number of times that an execution's evaluation may kill the process.
// After that, the execution is set to FAILED instead of being resumed.
const maxCrashes = 2

// countCrashes adds one to the count of each execution whose mark a killed process has
// left, and reads all counts. The next report that is stored resets an execution's count,
// because only crashes in a row show that this execution kills the process.
func (s *Service) countCrashes(left []string) error {
	s.crashes = map[string]int{}

	err := s.config.DB.Update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket([]byte(crashesBucket))

		for _, key := range left {
			count, _ := strconv.Atoi(string(bucket.Get([]byte(key)))) // A missing count is 0.
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
		return fmt.Errorf("count evaluation crashes: %w", err)
	}

	return s.marks.Clear()
}

// crashed reports whether an execution's evaluation has killed the process too often.
func (s *Service) crashed(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()

	return s.crashes[key] >= maxCrashes
}

// forgetCrashes removes an execution's crash count and reports whether there was one.
func (s *Service) forgetCrashes(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()

	_, counted := s.crashes[key]
	delete(s.crashes, key)

	return counted
}

// crashFailure returns the failure of an execution that has killed the process too often.
func crashFailure() asl.Failure {
	return asl.Failure{
		Error: asl.ErrorRuntime,
		Cause: fmt.Sprintf("The emulator's process was killed %d times in a row while it evaluated an expression of this execution. "+
			"It is not resumed. Mend the definition, or its input, and start the execution again.", maxCrashes),
	}
}
