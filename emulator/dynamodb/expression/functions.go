package expression

// The functions. Their names are case sensitive.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html#Expressions.OperatorsAndFunctions.Functions
const (
	functionExists     = "attribute_exists"
	functionNotExists  = "attribute_not_exists"
	functionType       = "attribute_type"
	functionBeginsWith = "begins_with"
	functionContains   = "contains"
	functionSize       = "size"

	functionIfNotExists = "if_not_exists"
	functionListAppend  = "list_append"
)

// conditionFunctionOperands is the number of operands of a function of conditions.
func conditionFunctionOperands(name string) (operands int, known bool) {
	switch name {
	case functionExists, functionNotExists, functionSize:
		return 1, true
	case functionType, functionBeginsWith, functionContains:
		return 2, true
	default:
		return 0, false
	}
}

func isConditionFunction(name string) bool {
	_, known := conditionFunctionOperands(name)

	return known
}

// isUpdateFunction reports whether SET supports the function.
func isUpdateFunction(name string) bool {
	return name == functionIfNotExists || name == functionListAppend
}
