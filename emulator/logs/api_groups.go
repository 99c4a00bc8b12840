package logs

import (
	"context"
	"maps"
	"slices"
	"strings"

	"triptych/emulator/awsapi"
)

type createGroupInput struct {
	groupInput

	Tags          map[string]string `json:"tags"`
	KmsKeyID      string            `json:"kmsKeyId"`
	LogGroupClass string            `json:"logGroupClass"`
}

func (s *Service) createLogGroup(ctx context.Context, in createGroupInput) (struct{}, error) {
	if err := s.config.Authorize(ctx, "logs:CreateLogGroup", s.arn(in.LogGroupName)+":*"); err != nil {
		return struct{}{}, err
	}

	if in.KmsKeyID != "" || in.LogGroupClass != "" && in.LogGroupClass != "STANDARD" {
		return struct{}{}, invalid("the emulator's CloudWatch Logs supports neither KMS keys nor another class than STANDARD")
	}

	s.mu.RLock()
	exists := s.groups[in.LogGroupName] != nil
	s.mu.RUnlock()

	if exists {
		return struct{}{}, awsapi.Errorf("ResourceAlreadyExistsException", "The specified log group already exists")
	}

	_, err := s.create(Group{Name: in.LogGroupName, Created: s.config.Now(), Tags: in.Tags})

	return struct{}{}, err
}

func (s *Service) deleteLogGroup(ctx context.Context, in groupInput) (struct{}, error) {
	g, err := s.find(ctx, "DeleteLogGroup", in)
	if err != nil {
		return struct{}{}, err
	}

	if g.declared {
		return struct{}{}, unchangeable(g.Name)
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	if err := s.save(g.Name, nil); err != nil {
		return struct{}{}, err
	}

	delete(s.groups, g.Name)

	return struct{}{}, g.file.remove()
}

func unchangeable(name string) error {
	return awsapi.Errorf("OperationAbortedException", "The log group %s is one of the emulator's own stack, which cannot be changed or deleted.", name)
}

// change changes the settings of a group and stores them.
func (s *Service) change(ctx context.Context, action string, in groupInput, change func(*Group)) error {
	g, err := s.find(ctx, action, in)
	if err != nil {
		return err
	}

	if g.declared {
		return unchangeable(g.Name)
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	stored := s.groups[g.Name]
	if stored == nil {
		return noGroup()
	}

	changed := stored.Group
	changed.Tags = maps.Clone(changed.Tags)
	change(&changed)

	if err := s.save(g.Name, changed); err != nil {
		return err
	}

	stored.Group = changed

	return nil
}

// retentions has the values of a retention policy, in days.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var retentions = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

type retentionInput struct {
	groupInput

	RetentionInDays int `json:"retentionInDays"`
}

func (s *Service) putRetentionPolicy(ctx context.Context, in retentionInput) (struct{}, error) {
	if !slices.Contains(retentions, in.RetentionInDays) {
		return struct{}{}, invalid("1 validation error detected: Value '%d' at 'retentionInDays' failed to satisfy constraint: "+
			"Member must satisfy enum value set: %v", in.RetentionInDays, retentions)
	}

	return struct{}{}, s.change(ctx, "PutRetentionPolicy", in.groupInput, func(g *Group) { g.Retention = in.RetentionInDays })
}

func (s *Service) deleteRetentionPolicy(ctx context.Context, in groupInput) (struct{}, error) {
	return struct{}{}, s.change(ctx, "DeleteRetentionPolicy", in, func(g *Group) { g.Retention = 0 })
}

type describeGroupsInput struct {
	LogGroupNamePrefix  string `json:"logGroupNamePrefix"`
	LogGroupNamePattern string `json:"logGroupNamePattern"`
	NextToken           string `json:"nextToken"`
	Limit               *int   `json:"limit"`
}

type describeGroupsOutput struct {
	LogGroups []groupDescription `json:"logGroups"`
	NextToken string             `json:"nextToken,omitempty"`
}

// groupDescription is a group in an answer.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
type groupDescription struct {
	LogGroupName      string `json:"logGroupName"`
	CreationTime      int64  `json:"creationTime"`
	RetentionInDays   int    `json:"retentionInDays,omitempty"`
	MetricFilterCount int    `json:"metricFilterCount"`
	Arn               string `json:"arn"`
	StoredBytes       int64  `json:"storedBytes"`
	LogGroupClass     string `json:"logGroupClass"`
	LogGroupArn       string `json:"logGroupArn"`
}

// describeLogGroups answers DescribeLogGroups. The token of the next page is the last name
// of this page.
func (s *Service) describeLogGroups(ctx context.Context, in describeGroupsInput) (describeGroupsOutput, error) {
	if err := s.config.Authorize(ctx, "logs:DescribeLogGroups", s.arn("")+":*"); err != nil {
		return describeGroupsOutput{}, err
	}

	limit, err := limitOf(in.Limit, 50, 50)
	if err != nil {
		return describeGroupsOutput{}, err
	}

	if in.LogGroupNamePattern != "" && in.LogGroupNamePrefix != "" {
		return describeGroupsOutput{}, invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
	}

	s.mu.RLock()
	defer s.mu.RUnlock()

	out := describeGroupsOutput{LogGroups: []groupDescription{}}

	for _, name := range slices.Sorted(maps.Keys(s.groups)) {
		matches := strings.HasPrefix(name, in.LogGroupNamePrefix) && strings.Contains(strings.ToLower(name), strings.ToLower(in.LogGroupNamePattern))
		if !matches || name <= in.NextToken {
			continue
		}

		if len(out.LogGroups) == limit {
			out.NextToken = out.LogGroups[limit-1].LogGroupName

			break
		}

		g := s.groups[name]
		out.LogGroups = append(out.LogGroups, groupDescription{
			LogGroupName: name, CreationTime: g.Created.UnixMilli(), RetentionInDays: g.Retention, Arn: s.arn(name) + ":*",
			StoredBytes: g.file.bytes(), LogGroupClass: "STANDARD", LogGroupArn: s.arn(name),
		})
	}

	return out, nil
}
