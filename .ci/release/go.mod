module triptych/release

go 1.26.0
