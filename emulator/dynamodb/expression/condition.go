package expression

// The keywords of conditions.
const (
	keywordAnd     = "AND"
	keywordOr      = "OR"
	keywordNot     = "NOT"
	keywordBetween = "BETWEEN"
	keywordIn      = "IN"
)

// Condition is a parsed and bound condition, filter or key condition.
type Condition struct{ root node }

// ParseCondition parses and binds a condition or filter.
//
// Precedence, from the highest: comparators, IN and BETWEEN; functions; parentheses; NOT;
// AND; OR. Source:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
func ParseCondition(parameter Parameter, text string, placeholders *Placeholders) (Condition, error) {
	root, err := parseCondition(text)
	if err != nil {
		return Condition{}, parameter.in(err)
	}

	if err := (conditionBinder{placeholders}).condition(root); err != nil {
		return Condition{}, parameter.in(err)
	}

	return Condition{root: root}, nil
}

func parseCondition(text string) (node, error) {
	p, err := newParser(text)
	if err != nil {
		return nil, err
	}

	root, err := p.disjunction()
	if err != nil {
		return nil, err
	}

	if !isCondition(root) {
		return nil, p.syntaxError()
	}

	return root, p.finish()
}

// disjunction: conjunction { OR conjunction }.
func (p *parser) disjunction() (node, error) { return p.chain(keywordOr, p.conjunction) }

// conjunction: negation { AND negation }.
func (p *parser) conjunction() (node, error) { return p.chain(keywordAnd, p.negation) }

func (p *parser) chain(operator string, operand func() (node, error)) (node, error) {
	left, err := operand()
	if err != nil {
		return nil, err
	}

	for p.current().isKeyword(operator) {
		if !isCondition(left) {
			return nil, p.syntaxError()
		}

		p.next()

		if err := p.countOperator(); err != nil {
			return nil, err
		}

		right, err := operand()
		if err != nil {
			return nil, err
		}

		if !isCondition(right) {
			return nil, p.syntaxError()
		}

		left = &logicalNode{operator: operator, left: left, right: right}
	}

	return left, nil
}

// negation: NOT negation | comparison.
func (p *parser) negation() (node, error) {
	if !p.takeKeyword(keywordNot) {
		return p.comparison()
	}

	if err := p.countOperator(); err != nil {
		return nil, err
	}

	inner, err := p.negation()
	if err != nil {
		return nil, err
	}

	if !isCondition(inner) {
		return nil, p.syntaxError()
	}

	return &notNode{inner: inner}, nil
}

// comparison: operand [ comparator operand | BETWEEN operand AND operand | IN ( operands
// ) ]. Without one of these, the operand must be a call that is a condition, or (
// condition ).
func (p *parser) comparison() (node, error) {
	left, err := p.operand()
	if err != nil {
		return nil, err
	}

	operator := p.current()
	isComparator := operator.kind == tokenSign && comparators(operator.text)

	if !isComparator && !operator.isKeyword(keywordBetween) && !operator.isKeyword(keywordIn) {
		return left, nil
	}

	if !isOperand(left) {
		return nil, p.syntaxError()
	}

	p.next()

	if err := p.countOperator(); err != nil {
		return nil, err
	}

	switch {
	case isComparator:
		right, err := p.strictOperand()

		return &comparisonNode{operator: operator.text, left: left, right: right}, err
	case operator.isKeyword(keywordBetween):
		return p.between(left)
	default:
		return p.in(left)
	}
}

func comparators(sign string) bool {
	switch sign {
	case "=", "<>", "<", "<=", ">", ">=":
		return true
	default:
		return false
	}
}

func (p *parser) between(operand node) (node, error) {
	low, err := p.strictOperand()
	if err != nil {
		return nil, err
	}

	if !p.takeKeyword(keywordAnd) {
		return nil, p.syntaxError()
	}

	high, err := p.strictOperand()

	return &betweenNode{operand: operand, low: low, high: high}, err
}

func (p *parser) in(operand node) (node, error) {
	if err := p.expectSign("("); err != nil {
		return nil, err
	}

	choices, err := list(p, p.strictOperand)
	if err != nil {
		return nil, err
	}

	if len(choices) > MaxInOperands {
		return nil, refuse("The IN operator takes at most %d operands; number of operands: %d", MaxInOperands, len(choices))
	}

	return &inNode{operand: operand, choices: choices}, p.expectSign(")")
}

// strictOperand is an operand that cannot be a condition in parentheses.
func (p *parser) strictOperand() (node, error) {
	operand, err := p.operand()
	if err == nil && !isOperand(operand) {
		err = p.syntaxError()
	}

	return operand, err
}

// operand: ( disjunction ) | :value | function ( operands ) | path.
//
// Both a condition and an operand can follow "(". The type of the parsed node tells which
// one it was, so the text need not be parsed twice.
func (p *parser) operand() (node, error) {
	switch t := p.current(); {
	case p.takeSign("("):
		return p.group()
	case t.kind == tokenValue:
		p.next()

		return &valueNode{placeholder: t.text}, nil
	case t.kind == tokenWord && isConditionKeyword(t):
		return nil, p.syntaxError()
	case t.kind == tokenWord && p.tokens[p.at+1].isSign("("):
		p.next()

		return p.call(t.text, p.strictOperand)
	default:
		return p.parsePath()
	}
}

// group parses the text after an opening parenthesis.
func (p *parser) group() (node, error) {
	inner, err := p.disjunction()
	if err != nil {
		return nil, err
	}

	if _, grouped := inner.(*groupNode); grouped {
		p.redundant = true
	}

	return &groupNode{inner: inner}, p.expectSign(")")
}

func isConditionKeyword(t token) bool {
	return t.isKeyword(keywordAnd) || t.isKeyword(keywordOr) || t.isKeyword(keywordNot) ||
		t.isKeyword(keywordBetween) || t.isKeyword(keywordIn)
}
