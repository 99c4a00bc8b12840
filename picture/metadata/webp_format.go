package metadata

// webpFormat is the entry of WebP (RFC 9649).
var webpFormat = Entry{
	Name: WebP, Title: "WebP", ContentType: "image/webp", Extension: "webp",
	Capabilities: Capabilities{Output: true, Alpha: true, Animation: true},
	Magic:        []string{"RIFF....WEBP"},
	Inspect:      inspectWebP,
	Profile:      profileWebP,
	Sanitize:     sanitizeWebP,
}
