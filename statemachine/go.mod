module triptych/statemachine

go 1.26.0

require (
	github.com/blues/jsonata-go v1.5.4 // indirect
	github.com/google/go-cmp v0.7.0 // indirect
	pgregory.net/rapid v1.3.0 // indirect
	triptych/shared v0.0.0
)

replace triptych/shared => ../shared
