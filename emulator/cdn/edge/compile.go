package edge

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
	"github.com/dop251/goja/token"
)

// MaxSourceBytes is the size of the largest function that CloudFront accepts.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions
const MaxSourceBytes = 10 * 1024

// compile parses the source as CloudFront's runtime does. That runtime supports
// ECMAScript 5.1 and a few features of later editions, so compile rejects the other
// features that goja supports.
func compile(name, source string) (*goja.Program, error) {
	if len(source) > MaxSourceBytes {
		return nil, fmt.Errorf("%s has %d bytes; CloudFront takes %d", name, len(source), MaxSourceBytes)
	}

	// goja does not support modules: an import or an export is already a syntax error.
	parsed, err := parser.ParseFile(nil, name, source, 0, parser.WithDisableSourceMaps)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", name, err)
	}

	if found := findUndocumented(reflect.ValueOf(parsed), map[uintptr]bool{}); found != "" {
		return nil, fmt.Errorf("%s uses %s, which CloudFront's runtime 2.0 does not document", name, found)
	}

	program, err := goja.CompileAST(parsed, true)
	if err != nil {
		return nil, fmt.Errorf("compile %s: %w", name, err)
	}

	return program, nil
}

// undocumented has the kinds of syntax that goja supports and CloudFront does not document.
var undocumented = map[reflect.Type]string{
	reflect.TypeFor[ast.ForOfStatement]():       "for…of",
	reflect.TypeFor[ast.ClassDeclaration]():     "a class",
	reflect.TypeFor[ast.ClassLiteral]():         "a class",
	reflect.TypeFor[ast.SpreadElement]():        "a spread",
	reflect.TypeFor[ast.ArrayPattern]():         "a destructuring",
	reflect.TypeFor[ast.ObjectPattern]():        "a destructuring",
	reflect.TypeFor[ast.OptionalChain]():        "?.",
	reflect.TypeFor[ast.YieldExpression]():      "a generator",
	reflect.TypeFor[ast.MetaProperty]():         "a meta property",
	reflect.TypeFor[ast.PropertyShort]():        "a shorthand property",
	reflect.TypeFor[ast.WithStatement]():        "with",
	reflect.TypeFor[ast.PrivateDotExpression](): "a private name",
}

// findUndocumented walks the tree and names the first undocumented syntax that it finds.
func findUndocumented(node reflect.Value, seen map[uintptr]bool) string {
	switch node.Kind() { //nolint:exhaustive // No other kind contains nodes.
	case reflect.Interface:
		return findUndocumented(node.Elem(), seen)
	case reflect.Pointer:
		if node.IsNil() || seen[node.Pointer()] {
			return ""
		}

		seen[node.Pointer()] = true

		return findUndocumented(node.Elem(), seen)
	case reflect.Slice:
		for i := range node.Len() {
			if found := findUndocumented(node.Index(i), seen); found != "" {
				return found
			}
		}
	case reflect.Struct:
		return findUndocumentedIn(node, seen)
	}

	return ""
}

// findUndocumentedIn checks one node of the tree, and then its children.
func findUndocumentedIn(node reflect.Value, seen map[uintptr]bool) string {
	if !strings.HasSuffix(node.Type().PkgPath(), "/goja/ast") {
		return ""
	}

	if found := undocumented[node.Type()]; found != "" {
		return found
	}

	if binary, ok := reflect.TypeAssert[ast.BinaryExpression](node); ok && binary.Operator == token.COALESCE {
		return "??"
	}

	for _, field := range node.Fields() {
		if found := findUndocumented(field, seen); found != "" {
			return found
		}
	}

	return ""
}
