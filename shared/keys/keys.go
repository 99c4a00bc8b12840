// Package keys lays out the variants bucket, and with it the public URLs.
//
// All that belongs to the original `key` lies below `key/-/`:
//
//	{key}/-/{version}/{variant}.{ext}    a variant; never changes
//	{key}/-/{version}/{variant}.auto.{ext}   the same in two formats: see [AutoExtension]
//	{key}/-/{version}/original.{ext}     the master: the original without metadata
//	{key}/-/manifest.json                which version is current
//
// No key that [Validate] accepts has a component `-`, so no original can reach
// into another's folder: that is what makes erasing one possible.
package keys

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"triptych/picture/variant"
	"triptych/shared/faults"
	"triptych/shared/recipe"
)

const (
	// fold stands between an original's key and what is made of it.
	fold = "/-/"
	// auto stands before the extension of variants of which there are two.
	auto = variant.AutoPrefix
	// versionDigits is the length of a version: 48 bits.
	versionDigits = 12
	// maxObjectKeyBytes is S3's limit on a key
	// (Amazon S3 User Guide, "Naming Amazon S3 objects").
	maxObjectKeyBytes = 1024
	// MaxExtensionBytes is the longest file extension without its dot: auto.webp.
	MaxExtensionBytes = len(auto) + 4
	// MaxBytes is the longest key an original may have: S3's limit less the
	// longest suffix, {fold}{version}/{name}.{ext}.
	MaxBytes = maxObjectKeyBytes - len(fold) - versionDigits - len("/") - recipe.MaxNameBytes - len(".") - MaxExtensionBytes
)

// Validate accepts a key or says, as a BadKey fault, what is wrong with it. Keys
// are raw, as EventBridge gives them: they are never URL-decoded.
func Validate(key string) error {
	if len(key) > MaxBytes {
		return faults.New(faults.BadKey, "it is %d bytes long; at most %d are possible", len(key), MaxBytes)
	}

	if !utf8.ValidString(key) {
		return faults.New(faults.BadKey, "it is no valid UTF-8")
	}

	for component := range strings.SplitSeq(key, "/") {
		switch component {
		case "":
			return faults.New(faults.BadKey, "it has an empty component, as in `a//b`, `/a` or `a/`")
		case "-", ".", "..":
			return faults.New(faults.BadKey, "it has the component `%s`", component)
		}
	}

	return nil
}

// Version is unique to one upload under one recipe: 12 hex digits of SHA-256
// over the upload's own identity, the recipe's variants and the picture engine's
// revision. The limits are left out, so changing them moves no URL; a fix of the
// engine that changes pixels does.
//
// identity is the source's version id, or what stands for it: see
// contract.Upload.Identity.
func Version(identity string, variants []recipe.Variant, engineRevision string) string {
	// JSON keeps the three apart, whatever they contain.
	text, err := json.Marshal(struct {
		Identity string           `json:"identity"`
		Variants []recipe.Variant `json:"variants"`
		Revision string           `json:"revision"`
	}{identity, variants, engineRevision})
	if err != nil {
		panic("strings and numbers do not encode: " + err.Error())
	}

	digest := sha256.Sum256(text)

	return hex.EncodeToString(digest[:])[:versionDigits]
}

// Folder is the prefix of all that was made of key, whatever the version.
func Folder(key string) string { return key + fold }

// VersionFolder is the prefix of all objects of one version.
func VersionFolder(key, version string) string { return key + fold + version + "/" }

// Variant is the object key of a variant; extension has no dot.
func Variant(key, version, name, extension string) string {
	return VersionFolder(key, version) + name + "." + extension
}

// AutoExtension is the extension of a file of a variant that exists in two formats:
// "auto.jpg" for "jpg". The CDN serves {variant}.auto.webp in the place of
// {variant}.auto.jpg or {variant}.auto.png to those who accept it.
func AutoExtension(extension string) string { return variant.AutoExtension(extension) }

// Master is the object key of the cleaned original.
func Master(key, version, extension string) string {
	return Variant(key, version, recipe.MasterName, extension)
}

// Manifest is the object key of the manifest.
func Manifest(key string) string { return key + fold + "manifest.json" }

// URL is the address at which the CDN at base (such as https://d111.cloudfront.net)
// serves an object: see [Path].
func URL(base, objectKey string) string {
	return strings.TrimSuffix(base, "/") + Path(objectKey)
}
