package awsapi

import (
	"encoding/binary"
	"net/http"
)

// The major types of CBOR that an error needs, in the upper three bits.
// https://www.rfc-editor.org/rfc/rfc8949#section-3
const (
	cborText = 3 << 5
	cborMap  = 5 << 5

	cborOneByte   = 24 // One byte with the length follows.
	cborFourBytes = 26 // Four bytes with the length follow.
)

// writeCBORError answers with an error in the protocol "Smithy RPC v2 CBOR": a map with
// the code and the message.
// https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html#operation-error-serialization
func writeCBORError(w http.ResponseWriter, err error) {
	failure := failureOf(err)

	body := []byte{cborMap | 2}
	for _, text := range []string{"__type", failure.Code, "message", failure.Message} {
		body = appendCBORText(body, text)
	}

	w.Header().Set("Content-Type", "application/cbor")
	w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
	w.Header().Set("X-Amzn-Requestid", requestID())
	w.WriteHeader(failure.Status)
	_, _ = w.Write(body) // An error means that the client has disconnected.
}

func appendCBORText(body []byte, text string) []byte {
	switch {
	case len(text) < cborOneByte:
		body = append(body, cborText|byte(len(text))) //nolint:gosec // Less than 24.
	case len(text) <= 0xFF:
		body = append(body, cborText|cborOneByte, byte(len(text))) //nolint:gosec // At most 255.
	default:
		body = append(body, cborText|cborFourBytes)
		body = binary.BigEndian.AppendUint32(body, uint32(len(text))) //nolint:gosec // An error's message is short.
	}

	return append(body, text...)
}
