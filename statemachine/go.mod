module triptych/statemachine

go 1.26.0

require (
	github.com/google/go-cmp v0.7.0
	pgregory.net/rapid v1.3.0
	triptych/shared v0.0.0
)

require (
	github.com/google/uuid v1.6.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)

require (
	github.com/aws/aws-lambda-go v1.55.1 // indirect
	github.com/aws/aws-sdk-go-v2 v1.47.7 // indirect
	github.com/aws/smithy-go v1.28.8 // indirect
	triptych/emulator v0.0.0
	triptych/picture v0.0.0 // indirect
)

replace triptych/shared => ../shared

replace triptych/emulator => ../emulator

replace triptych/picture => ../picture

replace triptych/terraform => ../terraform
