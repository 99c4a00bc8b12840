package edge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dop251/goja"
)

// documented lists the built-ins of runtime 2.0, by the object that has them; "" is the
// global object. Everything else that goja has in these objects is deleted. Objects that
// are not in this list keep everything that goja gives them.
var documented = map[string]string{
	"": `Object String Number Math Date Function RegExp JSON Array Boolean Symbol Promise
		Float32Array Float64Array Int8Array Int16Array Int32Array Uint8Array Uint8ClampedArray Uint16Array Uint32Array
		ArrayBuffer DataView Error EvalError RangeError ReferenceError SyntaxError TypeError URIError
		globalThis decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN parseFloat parseInt
		NaN Infinity undefined`,
	"Object": `create defineProperties defineProperty freeze getOwnPropertyDescriptor getOwnPropertyDescriptors
		getOwnPropertyNames getPrototypeOf isExtensible isFrozen isSealed keys preventExtensions seal assign entries values
		prototype name length`,
	"String": `fromCharCode fromCodePoint prototype name length`,
	"String.prototype": `charAt concat indexOf lastIndexOf match replace search slice split substr substring toLowerCase
		trim toUpperCase codePointAt endsWith includes repeat startsWith padStart padEnd trimStart trimEnd replaceAll
		charCodeAt toString valueOf constructor length`,
	"Number": `EPSILON MAX_SAFE_INTEGER MIN_SAFE_INTEGER MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY POSITIVE_INFINITY
		isFinite isInteger isNaN isSafeInteger parseInt parseFloat prototype name length`,
	"Number.prototype": `toExponential toFixed toPrecision toString valueOf constructor`,
	"Array":            `isArray of prototype name length`,
	"Array.prototype": `concat every filter forEach indexOf join lastIndexOf map pop push reduce reduceRight reverse shift
		slice some sort splice unshift copyWithin fill find findIndex includes toString constructor length`,
	"Function.prototype": `apply bind call toString constructor name length`,
}

// restrict deletes what CloudFront's runtime does not have, starting with dynamic code.
func restrict(runtime *goja.Runtime) error {
	// The constructor of every function is Function, which would compile text as code.
	if _, err := runtime.RunString(`(function (global, refuse) {
		refuse.prototype = Function.prototype;
		Object.defineProperty(Function.prototype, "constructor", {value: refuse});
		global.Function = refuse;
	})(globalThis, function () { throw new TypeError("function constructors are not supported") })`); err != nil {
		return fmt.Errorf("remove the function constructor: %w", err)
	}

	// Look up all objects before deleting anything, and change the global object last.
	objects := map[string]*goja.Object{"": runtime.GlobalObject()}

	for name := range documented {
		if name == "" {
			continue
		}

		value, err := runtime.RunString(name)
		if err != nil {
			return fmt.Errorf("find %s: %w", name, err)
		}

		objects[name] = value.ToObject(runtime)
	}

	for name, object := range objects {
		known := strings.Fields(documented[name])

		for _, property := range object.GetOwnPropertyNames() {
			if slices.Contains(known, property) {
				continue
			}

			if err := object.Delete(property); err != nil {
				return fmt.Errorf("remove %s.%s: %w", name, property, err)
			}
		}
	}

	return nil
}
