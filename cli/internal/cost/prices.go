package cost

// Prices are in US dollars, for us-east-1.
type Prices struct {
	// Date is the day on which the prices were last compared with their sources.
	Date string `json:"date"`

	StateTransition     float64 `json:"stateTransition"`
	ExpressRequest      float64 `json:"expressRequest"`
	ExpressGBSecond     float64 `json:"expressGbSecond"`
	LambdaRequest       float64 `json:"lambdaRequest"`
	LambdaGBSecond      float64 `json:"lambdaGbSecond"` // x86_64
	S3Put               float64 `json:"s3Put"`          // PUT, COPY, POST, LIST
	S3Get               float64 `json:"s3Get"`          // GET, HEAD and the others
	S3GBMonth           float64 `json:"s3GbMonth"`
	DynamoDBWriteUnit   float64 `json:"dynamodbWriteUnit"`
	DynamoDBReadUnit    float64 `json:"dynamodbReadUnit"`
	DynamoDBGBMonth     float64 `json:"dynamodbGbMonth"`
	EventBridgeS3Event  float64 `json:"eventbridgeS3Event"`
	EventBridgeEvent    float64 `json:"eventbridgeEvent"` // custom event
	SQSRequest          float64 `json:"sqsRequest"`
	LogsGB              float64 `json:"logsGb"` // ingested
	MetricMonth         float64 `json:"metricMonth"`
	AlarmMonth          float64 `json:"alarmMonth"`
	XRayTrace           float64 `json:"xrayTrace"`
	CloudFrontRequest   float64 `json:"cloudfrontRequest"` // HTTPS
	CloudFrontGB        float64 `json:"cloudfrontGb"`      // to viewers, first 10 TB
	CloudFrontFunction  float64 `json:"cloudfrontFunction"`
	CloudFrontPath      float64 `json:"cloudfrontPath"` // invalidated
	APIGatewayRequest   float64 `json:"apiGatewayRequest"`
	FreePathsEachMonth  float64 `json:"freePathsEachMonth"`
	FreeAlarmsEachMonth float64 `json:"freeAlarmsEachMonth"`
}

const (
	million  = 1e6
	thousand = 1e3
)

// DefaultPrices returns AWS's list prices. [Sources] names the page of each price.
func DefaultPrices() Prices {
	return Prices{
		Date:               "2026-11-25",
		StateTransition:    0.025 / thousand,
		ExpressRequest:     1.00 / million,
		ExpressGBSecond:    0.00001667,
		LambdaRequest:      0.20 / million,
		LambdaGBSecond:     0.0000166667,
		S3Put:              0.005 / thousand,
		S3Get:              0.0004 / thousand,
		S3GBMonth:          0.023,
		DynamoDBWriteUnit:  0.625 / million,
		DynamoDBReadUnit:   0.125 / million,
		DynamoDBGBMonth:    0.25,
		EventBridgeS3Event: 1.00 / million,
		EventBridgeEvent:   1.00 / million,
		SQSRequest:         0.40 / million,
		LogsGB:             0.50,
		MetricMonth:        0.30,
		AlarmMonth:         0.10,
		XRayTrace:          5.00 / million,
		CloudFrontRequest:  0.0100 / 10000,
		CloudFrontGB:       0.085,
		CloudFrontFunction: 0.10 / million,
		CloudFrontPath:     0.005,
		APIGatewayRequest:  3.50 / million,
		FreePathsEachMonth: 1000,
	}
}

// Source is the page of a price.
type Source struct {
	Service string
	Page    string
	Checked bool // if false, the page could not be read: verify the price before you rely on it
	Note    string
}

// Sources returns the pages of the default prices. If Checked is false, the page could not
// be read, and the price is from other pages.
func Sources() []Source {
	return []Source{
		{"Step Functions", "aws.amazon.com/step-functions/pricing", true, "Standard workflows: the price, and which transitions count; Express workflows: the duration only from other pages"},
		{"Lambda", "aws.amazon.com/lambda/pricing", false, "only from other pages; x86_64, the first 6 billion GB-seconds; arm64 costs 20 % less"},
		{"CloudFront", "aws.amazon.com/cloudfront/pricing", true, "North America and Europe, the first 10 TB; functions and invalidations too; the price of requests only from other pages"},
		{"S3", "aws.amazon.com/s3/pricing", false, "Standard; the price of storage only from other pages"},
		{"DynamoDB", "aws.amazon.com/dynamodb/pricing/on-demand", false, "on demand, Standard class"},
		{"EventBridge", "aws.amazon.com/eventbridge/pricing", false, "custom events only from other pages; this page assumes that S3's events are charged as opt-in events, but some pages say that they are free"},
		{"CloudWatch, X-Ray", "aws.amazon.com/cloudwatch/pricing", false, "ingested logs, metrics, alarms; traces: aws.amazon.com/xray/pricing"},
		{"SQS", "aws.amazon.com/sqs/pricing", false, "standard queues"},
		{"API Gateway", "aws.amazon.com/api-gateway/pricing", false, "REST, which DIT uses"},
	}
}
