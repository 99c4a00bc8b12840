// Package keys defines the keys of the objects in the variants bucket. The public URLs
// contain these keys.
//
// All objects that belong to the original `key` have the prefix `key/-/`:
//
//	{key}/-/{version}/{variant}.{ext}    a variant; never changes
//	{key}/-/{version}/{variant}.auto.{ext}   a variant in two formats: see [AutoExtension]
//	{key}/-/{version}/original.{ext}     the master: the original without metadata
//	{key}/-/manifest.json                names the current version
//
// [Validate] rejects a key with a component `-`, so the folder of one original is never
// inside the folder of another. Therefore one original can be erased without the others.
package keys

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"triptych/picture/variant"
	"triptych/shared/errorcode"
	"triptych/shared/recipe"
)

const (
	// fold separates an original's key from the names of its generated objects.
	fold = "/-/"
	// ManifestName is the name of the manifest in the folder of an original.
	ManifestName = "manifest.json"
	// auto precedes the extension of a variant that exists in two formats.
	auto = variant.AutoPrefix
	// versionDigits is the length of a version: 48 bits.
	versionDigits = 12
	// maxObjectKeyBytes is S3's limit on a key
	// (Amazon S3 User Guide, "Naming Amazon S3 objects").
	maxObjectKeyBytes = 1024
	// MaxExtensionBytes is the longest file extension without its dot: auto.webp.
	MaxExtensionBytes = len(auto) + 4
	// MaxBytes is the maximum length of an original's key: S3's limit minus the longest
	// suffix, {fold}{version}/{name}.{ext}.
	MaxBytes = maxObjectKeyBytes - len(fold) - versionDigits - len("/") - recipe.MaxNameBytes - len(".") - MaxExtensionBytes
)

// Validate returns nil, or a BadKey error that describes the problem of a key. Keys are not
// URL-encoded, as in the events of EventBridge.
func Validate(key string) error {
	if len(key) > MaxBytes {
		return errorcode.New(errorcode.BadKey, "it is %d bytes long; at most %d are allowed", len(key), MaxBytes)
	}

	if !utf8.ValidString(key) {
		return errorcode.New(errorcode.BadKey, "it is not valid UTF-8")
	}

	for component := range strings.SplitSeq(key, "/") {
		switch component {
		case "":
			return errorcode.New(errorcode.BadKey, "it has an empty component, as in `a//b`, `/a` or `a/`")
		case "-", ".", "..":
			return errorcode.New(errorcode.BadKey, "it has the component `%s`", component)
		}
	}

	return nil
}

// Version returns an id that is unique to one upload under one recipe: 12 hex digits of
// SHA-256 over the upload's identity, the recipe's variants and master, and the image
// engine's revision. The limits are not included, so a change of the limits changes no URL. If a new
// release of the engine produces other pixels, its revision and the URLs change.
//
// identity is the version id of the original. In a bucket without versioning, another text
// replaces it: see contract.Upload.Identity.
func Version(identity string, wanted recipe.Recipe, engineRevision string) string {
	// JSON keeps the values separate, whatever characters they contain.
	text, err := json.Marshal(struct {
		Identity string           `json:"identity"`
		Variants []recipe.Variant `json:"variants"`
		Master   recipe.Master    `json:"master,omitempty"`
		Revision string           `json:"revision"`
	}{identity, wanted.Variants, wanted.Master, engineRevision})
	if err != nil {
		panic("strings and numbers do not encode: " + err.Error())
	}

	digest := sha256.Sum256(text)

	return hex.EncodeToString(digest[:])[:versionDigits]
}

// Folder returns the prefix of all objects that were generated from key, in all versions.
func Folder(key string) string { return key + fold }

// Original returns the key of the original from which an object in the variants bucket was
// generated. The result is false if the object is not in the folder of an original.
func Original(objectKey string) (string, bool) {
	original, _, found := strings.Cut(objectKey, fold)

	return original, found
}

// VersionFolder returns the prefix of all objects of one version.
func VersionFolder(key, version string) string { return key + fold + version + "/" }

// Variant returns the object key of a variant; extension has no dot.
func Variant(key, version, name, extension string) string {
	return VersionFolder(key, version) + name + "." + extension
}

// AutoExtension returns the extension of a file of a variant that exists in two formats:
// "auto.jpg" for "jpg". The CDN serves {variant}.auto.webp instead of {variant}.auto.jpg
// or {variant}.auto.png to viewers that accept WebP.
func AutoExtension(extension string) string { return variant.AutoExtension(extension) }

// Master returns the object key of the sanitized original.
func Master(key, version, extension string) string {
	return Variant(key, version, recipe.MasterName, extension)
}

// Manifest returns the object key of the manifest.
func Manifest(key string) string { return key + fold + ManifestName }

// URL returns the URL of an object on the CDN at base (such as
// https://d111.cloudfront.net): see [Path].
func URL(base, objectKey string) string {
	return strings.TrimSuffix(base, "/") + Path(objectKey)
}
