package jsonata

// kind is the kind of a node.
type kind int

const (
	endNode kind = iota
	operatorNode
	nameNode
	variableNode
	stringNode
	numberNode
	valueNode
	regexNode
	wildcardNode
	descendantNode
	parentNode
	binaryNode
	unaryNode // - [ {
	pathNode
	sortNode
	functionNode
	partialNode
	lambdaNode
	conditionNode
	transformNode
	blockNode
	bindNode
	applyNode
)

// node is a node of an expression's syntax tree. It is never changed after Compile.
type node struct {
	kind     kind
	text     string  // An operator, a name or a string.
	value    any     // A number, true, false, null or a *matcher.
	lhs, rhs *node   // Operands; the condition and the first branch; the pattern and the update.
	other    *node   // The second branch; the deletions. nil if there is none.
	list     []*node // The expressions of an array or a block, the arguments, or the steps of a path.
	pairs    [][2]*node
	terms    []sortTerm
	callee   *node
	body     *node
	types    *signature

	predicates    []*node
	stages        []stage
	group         *node // Its pairs are those of the group-by.
	keepArray     bool  // []
	keepSingleton bool  // A step of the path has keepArray.
	cons          bool  // An array constructor at the start or the end of a path.
	thunk         bool  // The call at the end of a function, which is made after the function has returned.

	tuple    bool // The node gets or returns tuples.
	focus    string
	index    string
	ancestor *slot
	slot     *slot
	seeking  []*slot
}

// sortTerm is one expression of an order-by clause.
type sortTerm struct {
	descending bool
	expression *node
}

// stage is a predicate of a step, or the binding of the step's position to a variable.
type stage struct {
	filter *node // nil if the stage is a binding.
	index  string
}

// slot identifies the value of a parent operator (%): the value that is level steps
// before the operator.
type slot struct {
	label string
	level int
}

// any reports whether a condition holds for the node or a node in it.
func (n *node) any(holds func(n *node) bool) bool {
	if n == nil {
		return false
	}

	if holds(n) {
		return true
	}

	for _, inner := range n.parts() {
		if inner.any(holds) {
			return true
		}
	}

	return false
}

// parts returns the nodes that a node consists of. Some are nil.
func (n *node) parts() []*node {
	out := append([]*node{n.lhs, n.rhs, n.other, n.callee, n.body, n.group}, n.list...)
	out = append(out, n.predicates...)

	for _, pair := range n.pairs {
		out = append(out, pair[0], pair[1])
	}

	for _, term := range n.terms {
		out = append(out, term.expression)
	}

	for _, stage := range n.stages {
		out = append(out, stage.filter)
	}

	return out
}
