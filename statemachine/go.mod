module triptych/statemachine

go 1.26.0

require (
	github.com/blues/jsonata-go v1.5.4
	github.com/google/go-cmp v0.7.0
	pgregory.net/rapid v1.3.0
	triptych/shared v0.0.0
)

require (
	github.com/aws/aws-lambda-go v1.55.1 // indirect
	github.com/aws/aws-sdk-go-v2 v1.47.7 // indirect
	github.com/aws/smithy-go v1.28.8 // indirect
)

replace triptych/shared => ../shared
