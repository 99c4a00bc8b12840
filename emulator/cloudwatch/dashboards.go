package cloudwatch

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"triptych/emulator/awsapi"
)

// dashboard is a dashboard as it is stored.
type dashboard struct {
	Body     string
	Modified awsapi.Time
}

var dashboardName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)

// dashboardARN returns the ARN of a dashboard, which has no region.
func (s *Service) dashboardARN(name string) string {
	return "arn:aws:cloudwatch::" + s.config.Account + ":dashboard/" + name
}

type dashboardRequest struct{ DashboardName, DashboardBody, DashboardNamePrefix string }

// putDashboard creates or changes a dashboard.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
func (s *Service) putDashboard(ctx context.Context, in dashboardRequest) (any, error) {
	if err := s.config.Authorize(ctx, "cloudwatch:PutDashboard", s.dashboardARN(in.DashboardName)); err != nil {
		return nil, err
	}

	if !dashboardName.MatchString(in.DashboardName) {
		return nil, unusable("The value %q of DashboardName must have 1 to 255 letters, digits, hyphens and underscores", in.DashboardName)
	}

	var body struct {
		Widgets []struct {
			Type       string          `json:"type"`
			Properties json.RawMessage `json:"properties"`
		} `json:"widgets"`
	}

	if err := json.Unmarshal([]byte(in.DashboardBody), &body); err != nil {
		return nil, unusable("The field DashboardBody must be a valid JSON object: %v", err)
	}

	for i, one := range body.Widgets {
		if one.Type == "" || len(one.Properties) == 0 {
			return nil, unusable("The dashboard body is invalid: /widgets/%d needs a type and properties", i)
		}
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	err := store(s, dashboardsBucket, s.dashboards, in.DashboardName, &dashboard{Body: in.DashboardBody, Modified: now()})

	return struct{ DashboardValidationMessages []string }{[]string{}}, err
}

func unusable(format string, args ...any) error {
	return awsapi.Errorf("InvalidParameterInput", format, args...)
}

func noDashboard(name string) error {
	return &awsapi.Error{Code: "ResourceNotFound", Message: "Dashboard " + name + " does not exist", Status: http.StatusNotFound}
}

// getDashboard returns a dashboard.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetDashboard.html
func (s *Service) getDashboard(ctx context.Context, in dashboardRequest) (any, error) {
	if err := s.config.Authorize(ctx, "cloudwatch:GetDashboard", s.dashboardARN(in.DashboardName)); err != nil {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	found := s.dashboards[in.DashboardName]
	if found == nil {
		return nil, noDashboard(in.DashboardName)
	}

	return struct{ DashboardArn, DashboardName, DashboardBody string }{s.dashboardARN(in.DashboardName), in.DashboardName, found.Body}, nil
}

type dashboardEntry struct {
	DashboardName string
	DashboardArn  string
	LastModified  awsapi.Time
	Size          Int
}

// listDashboards lists dashboards by their names.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListDashboards.html
func (s *Service) listDashboards(ctx context.Context, in dashboardRequest) (any, error) {
	if err := s.config.Authorize(ctx, "cloudwatch:ListDashboards", "*"); err != nil {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	out := struct{ DashboardEntries []dashboardEntry }{[]dashboardEntry{}}

	for _, name := range slices.Sorted(maps.Keys(s.dashboards)) {
		if one := s.dashboards[name]; strings.HasPrefix(name, in.DashboardNamePrefix) {
			out.DashboardEntries = append(out.DashboardEntries, dashboardEntry{name, s.dashboardARN(name), one.Modified, Int(len(one.Body))})
		}
	}

	return out, nil
}

// deleteDashboards deletes dashboards. If one does not exist, it deletes none.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteDashboards.html
func (s *Service) deleteDashboards(ctx context.Context, in struct{ DashboardNames []string }) (any, error) {
	for _, name := range in.DashboardNames {
		if err := s.config.Authorize(ctx, "cloudwatch:DeleteDashboards", s.dashboardARN(name)); err != nil {
			return nil, err
		}
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	for _, name := range in.DashboardNames {
		if s.dashboards[name] == nil {
			return nil, noDashboard(name)
		}
	}

	for _, name := range in.DashboardNames {
		if err := store(s, dashboardsBucket, s.dashboards, name, nil); err != nil {
			return nil, err
		}
	}

	return struct{}{}, nil
}
