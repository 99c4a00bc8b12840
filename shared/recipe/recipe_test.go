package recipe_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"triptych/shared/recipe"
)

// cases are parsed by our parser and checked by the published schema. Both must agree on
// every case that is not marked with beyond.
var cases = map[string]struct {
	text string
	// wrong lists a part of each message from Parse; it is empty for valid recipes.
	wrong []string
	// beyond marks rules that a JSON Schema cannot express.
	beyond bool
}{
	"the shortest recipe": {text: `{"variants":[{"name":"a","width":1}]}`},
	"all fields": {text: `{"$schema":"recipe.schema.json","variants":[
		{"name":"thumb-2","width":160,"height":160,"fit":"cover","format":"png"},
		{"name":"l","height":1600,"fit":"inside","format":"jpeg","quality":100}],
		"limits":{"maxBytes":1,"maxPixels":1,"maxWidth":1,"maxHeight":1,"maxHeicPixels":1,"maxAvifPixels":1,
		"maxFrames":1,"maxFramePixels":1,"maxSeconds":1}}`},
	"a converted master": {text: `{"master":"converted","variants":[{"name":"a","width":1}]}`},
	"a master as it is":  {text: `{"master":"as-is","variants":[{"name":"a","width":1}]}`},
	"an unknown master": {
		text: `{"master":"heic","variants":[{"name":"a","width":1}]}`, wrong: []string{`master: "heic" must be converted or as-is`},
	},
	"a master that is a flag": {
		text: `{"master":true,"variants":[{"name":"a","width":1}]}`, wrong: []string{`master: true must be a string`},
	},
	"webp":              {text: `{"variants":[{"name":"a","width":1,"format":"webp","quality":70,"animated":true,"colorspace":"srgb"}]}`},
	"auto":              {text: `{"variants":[{"name":"a","width":1,"format":"auto","animated":true,"colorspace":"keep"}]}`},
	"animated is false": {text: `{"variants":[{"name":"a","width":1,"animated":false}]}`},
	"animated jpeg": {
		text:  `{"variants":[{"name":"a","width":1,"animated":true}]}`,
		wrong: []string{"variants[0].animated: only the formats webp and auto"},
	},
	"progressive": {text: `{"variants":[{"name":"a","width":1,"progressive":true},{"name":"b","width":1,"format":"auto","progressive":false}]}`},
	"resample":    {text: `{"variants":[{"name":"a","width":1,"resample":"linear"},{"name":"b","width":1,"format":"png","resample":"gamma"}]}`},
	"unknown resample": {
		text: `{"variants":[{"name":"a","width":1,"resample":"cubic"}]}`, wrong: []string{`variants[0].resample: "cubic" must be gamma or linear`},
	},
	"progressive png": {
		text:  `{"variants":[{"name":"a","width":1,"format":"png","progressive":false}]}`,
		wrong: []string{"variants[0].progressive: only the formats jpeg and auto"},
	},
	"progressive is a number": {
		text: `{"variants":[{"name":"a","width":1,"progressive":1}]}`, wrong: []string{`variants[0].progressive: 1 must be true or false`},
	},
	"progressive is null": {
		text: `{"variants":[{"name":"a","width":1,"progressive":null}]}`, wrong: []string{`variants[0].progressive: null must be true or false`},
	},
	"animated is a string": {
		text: `{"variants":[{"name":"a","width":1,"format":"auto","animated":"yes"}]}`, wrong: []string{`variants[0].animated: "yes" must be true or false`},
	},
	"unknown color space": {
		text: `{"variants":[{"name":"a","width":1,"colorspace":"p3"}]}`, wrong: []string{`variants[0].colorspace: "p3" must be keep or srgb`},
	},
	"more seconds than allowed": {
		text: `{"variants":[{"name":"a","width":1}],"limits":{"maxSeconds":3600}}`, wrong: []string{"limits.maxSeconds: 3600 must be"},
	},
	"unknown field": {
		text:  `{"variants":[{"name":"a","width":1,"widht":2}],"limit":{}}`,
		wrong: []string{"limit: unknown field", "variants[0].widht: unknown field"},
	},
	"unknown limit": {
		text: `{"variants":[{"name":"a","width":1}],"limits":{"maxByte":1}}`, wrong: []string{"limits.maxByte: unknown field"},
	},
	"no variants":    {text: `{}`, wrong: []string{"variants: must be a list of 1 to 32"}},
	"empty variants": {text: `{"variants":[]}`, wrong: []string{"variants: must be a list of 1 to 32"}},
	"too many variants": {
		text:  `{"variants":[` + strings.Repeat(`{"name":"a","width":1},`, 32) + `{"name":"b","width":1}]}`,
		wrong: []string{"variants: must be a list of 1 to 32"},
	},
	"same name twice": {
		text:   `{"variants":[{"name":"a","width":1},{"name":"b","width":1},{"name":"a","width":2}]}`,
		wrong:  []string{`variants[2].name: "a" is already the name of variants[0]`},
		beyond: true,
	},
	"same field twice": {
		text: `{"variants":[{"name":"a","width":1,"width":2}]}`, wrong: []string{"variants[0].width: is given twice"}, beyond: true,
	},
	"size 0": {
		text: `{"variants":[{"name":"a","width":0,"height":0}]}`,
		wrong: []string{
			"variants[0].width: 0 must be a whole number from 1 to 65535",
			"variants[0].height: 0 must be a whole number",
		},
	},
	"negative size":    {text: `{"variants":[{"name":"a","width":-1}]}`, wrong: []string{"variants[0].width: -1 must be"}},
	"fractional size":  {text: `{"variants":[{"name":"a","width":1.5}]}`, wrong: []string{"variants[0].width: 1.5 must be"}},
	"huge size":        {text: `{"variants":[{"name":"a","width":65536}]}`, wrong: []string{"variants[0].width: 65536 must be"}},
	"size as a string": {text: `{"variants":[{"name":"a","width":"1"}]}`, wrong: []string{`variants[0].width: "1" must be`}},
	"size is null":     {text: `{"variants":[{"name":"a","width":null}]}`, wrong: []string{`variants[0].width: null must be`}},
	"no size":          {text: `{"variants":[{"name":"a"}]}`, wrong: []string{"variants[0]: needs a width, a height, or both"}},
	"cover without a height": {
		text: `{"variants":[{"name":"a","width":1,"fit":"cover"}]}`, wrong: []string{"variants[0]: fit cover needs a width and a height"},
	},
	"unknown fit": {
		text: `{"variants":[{"name":"a","width":1,"fit":"fill"}]}`, wrong: []string{`variants[0].fit: "fill" must be inside or cover`},
	},
	"unknown format": {
		text: `{"variants":[{"name":"a","width":1,"format":"gif"}]}`, wrong: []string{`variants[0].format: "gif" must be jpeg, png, webp or auto`},
	},
	"quality of a png": {
		text: `{"variants":[{"name":"a","width":1,"format":"png","quality":80}]}`, wrong: []string{"variants[0].quality: a png has no quality"},
	},
	"quality auto": {text: `{"variants":[{"name":"a","width":1,"quality":"auto"},{"name":"b","width":1,"format":"jpeg","quality":"auto"}]}`},
	"quality auto of a webp": {
		text: `{"variants":[{"name":"a","width":1,"format":"webp","quality":"auto"}]}`, wrong: []string{"variants[0].quality: only the format jpeg"},
	},
	"quality auto of the format auto": {
		text: `{"variants":[{"name":"a","width":1,"format":"auto","quality":"auto"}]}`, wrong: []string{"variants[0].quality: only the format jpeg"},
	},
	"quality is another word": {
		text: `{"variants":[{"name":"a","width":1,"quality":"best"}]}`, wrong: []string{`variants[0].quality: "best" must be a whole number from 1 to 100`},
	},
	"quality 101": {
		text: `{"variants":[{"name":"a","width":1,"quality":101}]}`, wrong: []string{"variants[0].quality: 101 must be"},
	},
	"name with a slash": {text: `{"variants":[{"name":"a/b","width":1}]}`, wrong: []string{`variants[0].name: "a/b" must be`}},
	"name in capitals":  {text: `{"variants":[{"name":"Big","width":1}]}`, wrong: []string{`variants[0].name: "Big" must be`}},
	"no name":           {text: `{"variants":[{"width":1}]}`, wrong: []string{`variants[0].name: "" must be`}},
	"name of the master": {
		text: `{"variants":[{"name":"original","width":1}]}`, wrong: []string{`variants[0].name: "original" is reserved`},
	},
	"limit 0": {
		text: `{"variants":[{"name":"a","width":1}],"limits":{"maxPixels":0}}`, wrong: []string{"limits.maxPixels: 0 must be"},
	},
	"width limit 0": {
		text:  `{"variants":[{"name":"a","width":1}],"limits":{"maxWidth":0,"maxHeight":-1}}`,
		wrong: []string{"limits.maxWidth: 0 must be", "limits.maxHeight: -1 must be"},
	},
	"a list instead of an object": {text: `[]`, wrong: []string{"must be a JSON object"}},
	"a variant is not an object":  {text: `{"variants":["a"]}`, wrong: []string{"variants[0]: must be a JSON object"}},
	"text after the object":       {text: `{"variants":[{"name":"a","width":1}]} x`, wrong: []string{"text after the closing brace"}, beyond: true},
	"truncated JSON":              {text: `{"variants":[{"name":"a","width":1}]`, wrong: []string{"not valid JSON"}, beyond: true},
	"not JSON":                    {text: `variants: []`, wrong: []string{"must be a JSON object"}, beyond: true},
	"empty file":                  {text: ``, wrong: []string{"must be a JSON object"}, beyond: true},
}

func TestParse(t *testing.T) {
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := recipe.Parse([]byte(test.text))
			if err == nil && len(test.wrong) > 0 {
				t.Fatalf("accepted; want %q", test.wrong)
			}

			if err != nil && len(test.wrong) == 0 {
				t.Fatalf("refused: %v", err)
			}

			for _, part := range test.wrong {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q is not in:\n%v", part, err)
				}
			}
		})
	}
}

func TestSchema_agreesWithParse(t *testing.T) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(recipe.Schema()))
	if err != nil {
		t.Fatal(err)
	}

	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("recipe.schema.json", document); err != nil {
		t.Fatal(err)
	}

	schema, err := compiler.Compile("recipe.schema.json")
	if err != nil {
		t.Fatal(err)
	}

	for name, test := range cases {
		if test.beyond {
			continue
		}

		t.Run(name, func(t *testing.T) {
			instance, err := jsonschema.UnmarshalJSON(strings.NewReader(test.text))
			if err != nil {
				t.Fatal(err)
			}

			err = schema.Validate(instance)
			if accepts := len(test.wrong) == 0; accepts != (err == nil) {
				t.Errorf("the parser accepts: %v; the schema says: %v", accepts, err)
			}
		})
	}

	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(recipe.DefaultText()))
	if err != nil {
		t.Fatal(err)
	}

	if err := schema.Validate(instance); err != nil {
		t.Errorf("the default recipe breaks the schema: %v", err)
	}
}

func TestDefaults(t *testing.T) {
	got, err := recipe.Parse([]byte(`{"variants":[{"name":"a","width":10}]}`))
	if err != nil {
		t.Fatal(err)
	}

	want := recipe.Recipe{
		Variants: []recipe.Variant{{Name: "a", Width: 10, Fit: recipe.Inside, Format: recipe.JPEG, Quality: 80}},
		Limits: recipe.Limits{
			MaxBytes: 50 << 20, MaxPixels: 50_000_000, MaxWidth: 65_535, MaxHeight: 65_535,
			MaxHEICPixels: 50_000_000, MaxAVIFPixels: 12_500_000,
			MaxFrames: 500, MaxFramePixels: 100_000_000, MaxSeconds: 50,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	if diff := cmp.Diff(want.Limits, recipe.Default().Limits); diff != "" {
		t.Errorf("the default file's limits are not the defaults:\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	for _, test := range cases {
		f.Add([]byte(test.text))
	}

	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := recipe.Parse(text)
		if err != nil {
			return
		}

		for _, variant := range got.Variants {
			if variant.Name == "" || variant.Width+variant.Height == 0 {
				t.Errorf("accepted %+v", variant)
			}
		}
	})
}
