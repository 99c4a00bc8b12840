module triptych/language

go 1.26.0
