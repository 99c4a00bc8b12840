package objectstore

// ServerPID returns the id of the server's process.
func (s *Store) ServerPID() int { return s.server.pid }
