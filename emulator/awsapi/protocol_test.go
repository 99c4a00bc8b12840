package awsapi_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"triptych/emulator/awsapi"
)

// TestProtocolOf checks the protocol of requests as AWS's clients send them, and the form of
// an error in each protocol.
func TestProtocolOf(t *testing.T) {
	for name, test := range map[string]struct {
		service, path string
		header        map[string]string
		want          awsapi.Protocol
		body          string
	}{
		"JSON":              {service: "kms", header: map[string]string{"X-Amz-Target": "TrentService.ListKeys"}, want: awsapi.ProtocolJSON, body: `{"__type":"Code","message":"a \u003c b"}`},
		"REST JSON":         {service: "lambda", path: "/2015-03-31/functions", want: awsapi.ProtocolJSON, body: `{"__type":"Code"`},
		"REST XML":          {service: "route53", path: "/2013-04-01/hostedzone", want: awsapi.ProtocolRESTXML, body: "<ErrorResponse><Error><Type>Sender</Type><Code>Code</Code><Message>a &lt; b</Message></Error><RequestId>"},
		"Query":             {service: "sns", header: map[string]string{"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, want: awsapi.ProtocolQuery, body: "<ErrorResponse><Error>"},
		"Query with GET":    {service: "sts", path: "/?Version=1&Action=GetCallerIdentity", want: awsapi.ProtocolQuery, body: "<ErrorResponse><Error>"},
		"EC2":               {service: "ec2", header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, want: awsapi.ProtocolEC2, body: "<Response><Errors><Error><Code>Code</Code><Message>a &lt; b</Message></Error></Errors><RequestID>"},
		"CBOR":              {service: "monitoring", path: "/service/GraniteServiceVersion20100801/operation/ListMetrics", header: map[string]string{"Smithy-Protocol": "rpc-v2-cbor"}, want: awsapi.ProtocolCBOR, body: "\xa2\x66__type\x64Code\x67message\x65a < b"},
		"a form in a path":  {service: "s3", path: "/bucket/key", header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, want: awsapi.ProtocolJSON},
		"an action in text": {service: "kms", path: "/?NoAction=1", want: awsapi.ProtocolJSON},
	} {
		t.Run(name, func(t *testing.T) {
			path := test.path
			if path == "" {
				path = "/"
			}

			request := httptest.NewRequest(http.MethodPost, path, nil)
			for key, value := range test.header {
				request.Header.Set(key, value)
			}

			got := awsapi.ProtocolOf(request, test.service)
			if got != test.want {
				t.Fatalf("the protocol is %d, want %d", got, test.want)
			}

			answer := httptest.NewRecorder()
			got.WriteError(answer, awsapi.Errorf("Code", "a < b"))

			if answer.Code != http.StatusBadRequest || !strings.Contains(answer.Body.String(), test.body) {
				t.Errorf("%d %q, want %q", answer.Code, answer.Body, test.body)
			}
		})
	}
}

func TestQuery(t *testing.T) {
	service := &awsapi.Query{
		Name: "Test", Namespace: "https://test.example/",
		Operations: map[string]awsapi.QueryOperation{
			"Echo": func(_ context.Context, in awsapi.Parameters) (any, error) {
				name, err := in.Required("Name")
				if err != nil {
					return nil, err
				}

				var values []string
				for _, one := range in.Structures("Tags") {
					values = append(values, one.Text("Key")+"="+one.Text("Value"))
				}

				return struct {
					Name   string
					Values awsapi.Members[string]
					Keys   awsapi.Members[string]
				}{name, awsapi.MembersOf(values...), awsapi.MembersOf(in.List("Keys")...)}, nil
			},
			"Nothing": func(context.Context, awsapi.Parameters) (any, error) { return nil, nil }, //nolint:nilnil // An answer without a result.
			"Denied": func(context.Context, awsapi.Parameters) (any, error) {
				return nil, awsapi.Errorf("AccessDeniedException", "no")
			},
		},
	}

	for form, want := range map[string]string{
		"Action=Echo&Name=a%3Cb&Tags.member.2.Key=k2&Tags.member.1.Key=k&Tags.member.1.Value=v": `<EchoResponse xmlns="https://test.example/"><EchoResult><Name>a&lt;b</Name>` +
			`<Values><member>k=v</member><member>k2=</member></Values><Keys></Keys></EchoResult><ResponseMetadata><RequestId>`,
		"Action=Nothing":               `<NothingResponse xmlns="https://test.example/"><ResponseMetadata>`,
		"Action=Echo":                  `<Code>ValidationError</Code><Message>1 validation error detected: Value null at &#39;name&#39;`,
		"Action=Denied":                `<Code>AccessDenied</Code>`,
		"Action=Missing&Version=1":     `<Code>InvalidAction</Code><Message>Could not find operation Missing for version 1`,
		"%zz":                          `<Code>MalformedQueryString</Code>`,
		strings.Repeat("a", 17<<20):    `<Code>MalformedInput</Code>`,
		"Action=Echo&Name=\x00%ff%00x": `<Name>`,
	} {
		request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")

		answer := httptest.NewRecorder()
		service.ServeHTTP(answer, request)

		if !strings.Contains(answer.Body.String(), want) {
			t.Errorf("%.60s: %s, want %s", form, answer.Body, want)
		}
	}
}

// TestService_otherProtocol checks that a JSON service answers a request with another
// protocol in that protocol.
func TestService_otherProtocol(t *testing.T) {
	service := &awsapi.Service{Name: "SQS", ContentType: "application/x-amz-json-1.0"}

	request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("Action=ListQueues"))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")

	answer := httptest.NewRecorder()
	service.ServeHTTP(answer, request)

	if !strings.Contains(answer.Body.String(), "<Code>UnknownOperationException</Code>") {
		t.Errorf("%s", answer.Body)
	}
}
