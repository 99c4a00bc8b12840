package stepfunctions

import "slices"

// watch returns a channel that is closed when an execution ends. The caller must call forget.
// An execution that has ended before the call does not close the channel, so the caller
// reads the execution after the call.
func (s *Service) watch(key string) (over <-chan struct{}, forget func()) {
	signal := make(chan struct{})

	s.mu.Lock()
	defer s.mu.Unlock()

	s.watchers[key] = append(s.watchers[key], signal)

	return signal, func() {
		s.mu.Lock()
		defer s.mu.Unlock()

		s.watchers[key] = slices.DeleteFunc(s.watchers[key], func(c chan struct{}) bool { return c == signal })
		if len(s.watchers[key]) == 0 {
			delete(s.watchers, key)
		}
	}
}

// wakeWatchers closes the channels of those who wait for the end of an execution.
func (s *Service) wakeWatchers(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()

	for _, signal := range s.watchers[key] {
		close(signal)
	}

	delete(s.watchers, key)
}
