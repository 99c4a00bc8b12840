package asl

func (r *run) function(name string) (any, bool) { return nil, false }
