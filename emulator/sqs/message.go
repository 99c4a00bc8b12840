package sqs

import (
	"crypto/md5" //nolint:gosec // The protocol requires MD5 as a checksum.
	"encoding/binary"
	"encoding/hex"
	"hash"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"triptych/emulator/awsapi"
)

// message is a message as a queue stores it. The time at which it becomes visible again
// is stored separately: see record.
type message struct {
	ID         string               `json:"id"`
	Body       string               `json:"body"`
	Attributes map[string]attribute `json:"attributes,omitempty"`
	Sent       time.Time            `json:"sent"`
	Sender     string               `json:"sender,omitempty"` // The caller's ARN; empty means AWS itself.
	First      time.Time            `json:"first,omitzero"`   // When it was first received.
	Received   int                  `json:"received,omitempty"`
}

// attribute is a message attribute, as in the API.
type attribute struct {
	DataType    string  `json:"DataType"`
	StringValue *string `json:"StringValue,omitempty"`
	BinaryValue []byte  `json:"BinaryValue,omitempty"`
}

var (
	attributeName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,256}$`)
	attributeType = regexp.MustCompile(`^(String|Number|Binary)(\..{1,249})?$`)
)

// validate checks the message against the limits.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
func (m *message) validate(most int) error {
	if m.Body == "" {
		return awsapi.Errorf("MissingParameter", "The request must contain the parameter MessageBody.")
	}

	if strings.ContainsFunc(m.Body, invalidCharacter) || !utf8.ValidString(m.Body) {
		return awsapi.Errorf("InvalidMessageContents", "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF")
	}

	if len(m.Attributes) > maxAttributes {
		return invalid("Number of message attributes [%d] exceeds the allowed maximum [%d].", len(m.Attributes), maxAttributes)
	}

	size := len(m.Body)

	for name, a := range m.Attributes {
		if err := a.validate(name); err != nil {
			return err
		}

		size += len(name) + len(a.DataType) + len(a.value())
	}

	if size > most {
		return invalid("One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", most)
	}

	return nil
}

// invalidCharacter reports whether a message may not contain the character, because it is not
// an XML 1.0 Char (https://www.w3.org/TR/xml/#charsets).
func invalidCharacter(r rune) bool {
	const firstPrintable, noCharacter = 0x20, 0xFFFE

	switch r {
	case '\t', '\n', '\r':
		return false
	default:
		return r < firstPrintable || r == noCharacter || r == noCharacter+1
	}
}

func (a attribute) validate(name string) error {
	switch {
	case !attributeName.MatchString(name):
		return invalid("Invalid message attribute name '%s'.", name)
	case !attributeType.MatchString(a.DataType):
		return invalid("The message attribute '%s' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.", name)
	case a.binary() && len(a.BinaryValue) == 0, !a.binary() && (a.StringValue == nil || *a.StringValue == ""):
		return invalid("Message attribute '%s' must contain a non-empty value of type %s.", name, a.DataType)
	default:
		return nil
	}
}

func (a attribute) binary() bool { return strings.HasPrefix(a.DataType, "Binary") }

func (a attribute) value() []byte {
	if a.binary() {
		return a.BinaryValue
	}

	if a.StringValue == nil {
		return nil
	}

	return []byte(*a.StringValue)
}

func bodyMD5(body string) string {
	sum := md5.Sum([]byte(body)) //nolint:gosec // As above.

	return hex.EncodeToString(sum[:])
}

// attributesMD5 returns the digest of the attributes, which clients verify. The
// attributes are in the order of their names. Each attribute has a name, a type and a
// value, and a length before each of the three. The digest is "" without attributes.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
func attributesMD5(attributes map[string]attribute) string {
	if len(attributes) == 0 {
		return ""
	}

	digest := md5.New() //nolint:gosec // As above.

	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		writeSized(digest, []byte(name))
		writeSized(digest, []byte(a.DataType))

		kind := byte(1) // String or Number; 2 is Binary.
		if a.binary() {
			kind = 2
		}

		_, _ = digest.Write([]byte{kind}) // A write to a hash never fails.
		writeSized(digest, a.value())
	}

	return hex.EncodeToString(digest.Sum(nil))
}

func writeSized(digest hash.Hash, text []byte) {
	_ = binary.Write(digest, binary.BigEndian, uint32(len(text))) //nolint:gosec // Bounded by MaxMessageBytes.
	_, _ = io.Writer(digest).Write(text)                          // A write to a hash never fails.
}
