package logs

import (
	"context"
	"strings"

	"triptych/emulator/awsapi"
)

func (s *Service) operations() map[string]awsapi.Operation {
	return map[string]awsapi.Operation{
		"CreateLogGroup":        awsapi.Op(s.createLogGroup),
		"CreateLogStream":       awsapi.Op(s.createLogStream),
		"DeleteLogGroup":        awsapi.Op(s.deleteLogGroup),
		"DeleteRetentionPolicy": awsapi.Op(s.deleteRetentionPolicy),
		"DescribeLogGroups":     awsapi.Op(s.describeLogGroups),
		"DescribeLogStreams":    awsapi.Op(s.describeLogStreams),
		"FilterLogEvents":       awsapi.Op(s.filterLogEvents),
		"GetLogEvents":          awsapi.Op(s.getLogEvents),
		"ListTagsForResource":   awsapi.Op(s.listTagsForResource),
		"PutLogEvents":          awsapi.Op(s.putLogEvents),
		"PutRetentionPolicy":    awsapi.Op(s.putRetentionPolicy),
		"TagResource":           awsapi.Op(s.tagResource),
		"UntagResource":         awsapi.Op(s.untagResource),
	}
}

// groupInput names a group. Some calls accept its ARN as logGroupIdentifier or resourceArn.
type groupInput struct {
	LogGroupName       string `json:"logGroupName"`
	LogGroupIdentifier string `json:"logGroupIdentifier"`
	ResourceArn        string `json:"resourceArn"`
}

func (in groupInput) name() string {
	for _, given := range []string{in.LogGroupName, in.LogGroupIdentifier, in.ResourceArn} {
		if given == "" {
			continue
		}

		if _, after, isARN := strings.Cut(given, ":log-group:"); isARN {
			given = strings.TrimSuffix(after, ":*")
		}

		return given
	}

	return ""
}

// find authorizes an action on a group and returns a copy of the group. In policies,
// CloudWatch Logs adds ":*" to the ARN of a group.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
func (s *Service) find(ctx context.Context, action string, in groupInput) (*group, error) {
	name := in.name()
	if name == "" {
		return nil, invalid("1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null")
	}

	if err := s.config.Authorize(ctx, "logs:"+action, s.arn(name)+":*"); err != nil {
		return nil, err
	}

	s.mu.RLock()
	defer s.mu.RUnlock()

	g := s.groups[name]
	if g == nil {
		return nil, noGroup()
	}

	found := *g

	return &found, nil
}

// limitOf returns the limit of a list.
func limitOf(given *int, otherwise, most int) (int, error) {
	if given == nil {
		return otherwise, nil
	}

	if *given < 1 || *given > most {
		return 0, invalid("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: "+
			"Member must have value between 1 and %d", *given, most)
	}

	return *given, nil
}
