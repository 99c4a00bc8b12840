module triptych/functions

go 1.26.0

require triptych/shared v0.0.0

replace triptych/shared => ../shared
