package sqs

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/iam"
)

type sendInput struct {
	QueueURL          string `json:"QueueUrl"`
	MessageBody       string
	DelaySeconds      *int
	MessageAttributes map[string]attribute
	MessageGroupID    string `json:"MessageGroupId"`
}

type sendOutput struct {
	MessageID              string `json:"MessageId"`
	MD5OfMessageBody       string
	MD5OfMessageAttributes string `json:",omitempty"`
}

func (s *Service) sendMessage(ctx context.Context, in sendInput) (sendOutput, error) {
	q, err := s.queueAt(ctx, "SendMessage", in.QueueURL)
	if err != nil {
		return sendOutput{}, err
	}

	m := message{Body: in.MessageBody, Attributes: in.MessageAttributes}

	if caller := iam.PrincipalFrom(ctx); caller != nil {
		m.Sender = caller.ARN
	}

	if err := m.validate(q.current().MaxBytes); err != nil {
		return sendOutput{}, err
	}

	delay, err := seconds(in.DelaySeconds, "DelaySeconds", maxDelay, q.current().Delay)
	if err != nil {
		return sendOutput{}, err
	}

	if m, err = q.send(m, delay); err != nil {
		return sendOutput{}, err
	}

	return sendOutput{MessageID: m.ID, MD5OfMessageBody: bodyMD5(m.Body), MD5OfMessageAttributes: attributesMD5(m.Attributes)}, nil
}

type receiveInput struct {
	QueueURL                    string `json:"QueueUrl"`
	MaxNumberOfMessages         *int
	VisibilityTimeout           *int
	WaitTimeSeconds             *int
	AttributeNames              []string // The former name of the next field.
	MessageSystemAttributeNames []string
	MessageAttributeNames       []string
}

type receiveOutput struct {
	Messages []receivedMessage `json:",omitempty"`
}

type receivedMessage struct {
	MessageID              string `json:"MessageId"`
	ReceiptHandle          string
	Body                   string
	MD5OfBody              string
	Attributes             map[string]string    `json:",omitempty"`
	MessageAttributes      map[string]attribute `json:",omitempty"`
	MD5OfMessageAttributes string               `json:",omitempty"`
}

func (s *Service) receiveMessage(ctx context.Context, in receiveInput) (receiveOutput, error) {
	q, err := s.queueAt(ctx, "ReceiveMessage", in.QueueURL)
	if err != nil {
		return receiveOutput{}, err
	}

	most := 1
	if in.MaxNumberOfMessages != nil {
		if most = *in.MaxNumberOfMessages; most < 1 || most > maxReceive {
			return receiveOutput{}, outOfRange(most, "MaxNumberOfMessages", 1, maxReceive)
		}
	}

	hide, err := seconds(in.VisibilityTimeout, "VisibilityTimeout", maxVisibility, q.current().Visibility)
	if err != nil {
		return receiveOutput{}, err
	}

	wait, err := seconds(in.WaitTimeSeconds, "WaitTimeSeconds", maxWait, q.current().Wait)
	if err != nil {
		return receiveOutput{}, err
	}

	found, err := q.receive(ctx, most, hide, wait)
	if err != nil {
		return receiveOutput{}, err
	}

	var out receiveOutput
	for i := range found {
		out.Messages = append(out.Messages, show(&found[i], append(in.AttributeNames, in.MessageSystemAttributeNames...), in.MessageAttributeNames))
	}

	return out, nil
}

// show renders a message with the requested attributes.
func show(d *delivery, system, own []string) receivedMessage {
	out := receivedMessage{MessageID: d.ID, ReceiptHandle: d.receipt, Body: d.Body, MD5OfBody: bodyMD5(d.Body)}

	for name, value := range map[string]string{
		"SenderId":                         d.Sender,
		"SentTimestamp":                    milliseconds(d.Sent),
		"ApproximateReceiveCount":          strconv.Itoa(d.Received),
		"ApproximateFirstReceiveTimestamp": milliseconds(d.First),
	} {
		if slices.Contains(system, "All") || slices.Contains(system, name) {
			if out.Attributes == nil {
				out.Attributes = map[string]string{}
			}

			out.Attributes[name] = value
		}
	}

	for name, value := range d.Attributes {
		if !slices.ContainsFunc(own, func(wanted string) bool { return selects(wanted, name) }) {
			continue
		}

		if out.MessageAttributes == nil {
			out.MessageAttributes = map[string]attribute{}
		}

		out.MessageAttributes[name] = value
	}

	out.MD5OfMessageAttributes = attributesMD5(out.MessageAttributes)

	return out
}

// selects reports whether an element of MessageAttributeNames (a name, "All", or a prefix
// such as "a.*") selects an attribute.
func selects(wanted, name string) bool {
	prefix, isPrefix := strings.CutSuffix(wanted, ".*")

	return wanted == name || wanted == "All" || (isPrefix && strings.HasPrefix(name, prefix))
}

func milliseconds(at time.Time) string { return strconv.FormatInt(at.UnixMilli(), 10) }

type receiptInput struct {
	QueueURL          string `json:"QueueUrl"`
	ReceiptHandle     string
	VisibilityTimeout *int
}

func (s *Service) deleteMessage(ctx context.Context, in receiptInput) (struct{}, error) {
	q, err := s.queueAt(ctx, "DeleteMessage", in.QueueURL)
	if err != nil {
		return struct{}{}, err
	}

	h, ok := readHandle(q.current().Name, in.ReceiptHandle)
	if !ok {
		return struct{}{}, noReceipt(in.ReceiptHandle)
	}

	return struct{}{}, q.remove(h)
}

func (s *Service) changeMessageVisibility(ctx context.Context, in receiptInput) (struct{}, error) {
	q, err := s.queueAt(ctx, "ChangeMessageVisibility", in.QueueURL)
	if err != nil {
		return struct{}{}, err
	}

	h, ok := readHandle(q.current().Name, in.ReceiptHandle)
	if !ok {
		return struct{}{}, noReceipt(in.ReceiptHandle)
	}

	if in.VisibilityTimeout == nil {
		return struct{}{}, awsapi.Errorf("MissingParameter", "The request must contain the parameter VisibilityTimeout.")
	}

	period, err := seconds(in.VisibilityTimeout, "VisibilityTimeout", maxVisibility, 0)
	if err != nil {
		return struct{}{}, err
	}

	hidden, found, err := q.hide(h, period)

	switch {
	case err != nil:
		return struct{}{}, err
	case !found:
		return struct{}{}, invalid("Value %s for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.", in.ReceiptHandle)
	case !hidden:
		return struct{}{}, awsapi.Errorf("MessageNotInflight", "The message referred to isn't in flight.")
	default:
		return struct{}{}, nil
	}
}

func noReceipt(text string) error {
	return awsapi.Errorf("ReceiptHandleIsInvalid", "The input receipt handle %q is not a valid receipt handle.", text)
}

// seconds converts a parameter in seconds; nil means the fallback.
func seconds(given *int, parameter string, most, fallback time.Duration) (time.Duration, error) {
	if given == nil {
		return fallback, nil
	}

	period := time.Duration(*given) * time.Second
	if *given < 0 || period > most {
		return 0, outOfRange(*given, parameter, 0, int(most/time.Second))
	}

	return period, nil
}
