package cloudwatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
)

// Config configures a [Service].
type Config struct {
	DB              *bbolt.DB
	Region, Account string
	// Publish sends a message to an SNS topic in CloudWatch's name, on behalf of an alarm.
	Publish func(ctx context.Context, alarmARN, topicARN, subject, message string) error
	// Authorize reports, as an error, that the caller in ctx may not act; nil allows every
	// call.
	Authorize func(ctx context.Context, action, resource string) error
}

// Service is the emulator's CloudWatch. It is safe for concurrent use.
type Service struct {
	config Config

	mu         sync.Mutex
	alarms     map[string]*alarm
	dashboards map[string]*dashboard
}

var (
	alarmsBucket     = []byte("cloudwatch.alarms")
	dashboardsBucket = []byte("cloudwatch.dashboards")
)

// New opens the alarms and dashboards.
func New(config Config) (*Service, error) {
	if config.DB == nil || config.Region == "" || config.Account == "" || config.Publish == nil {
		return nil, errors.New("configure CloudWatch: DB, Region, Account and Publish must be set")
	}

	if config.Authorize == nil {
		config.Authorize = func(context.Context, string, string) error { return nil }
	}

	s := &Service{config: config, alarms: map[string]*alarm{}, dashboards: map[string]*dashboard{}}

	err := config.DB.Update(func(tx *bbolt.Tx) error {
		return errors.Join(load(tx, alarmsBucket, s.alarms), load(tx, dashboardsBucket, s.dashboards))
	})
	if err != nil {
		return nil, fmt.Errorf("open CloudWatch: %w", err)
	}

	return s, nil
}

func load[T any](tx *bbolt.Tx, name []byte, into map[string]*T) error {
	bucket, err := tx.CreateBucketIfNotExists(name)
	if err != nil {
		return err
	}

	return bucket.ForEach(func(key, text []byte) error {
		one := new(T)
		into[string(key)] = one

		return json.Unmarshal(text, one)
	})
}

// store stores a value; nil deletes it. The service is locked.
func store[T any](s *Service, bucket []byte, all map[string]*T, name string, value *T) error {
	err := s.config.DB.Update(func(tx *bbolt.Tx) error {
		if value == nil {
			return tx.Bucket(bucket).Delete([]byte(name))
		}

		text, err := json.Marshal(value)
		if err != nil {
			return err
		}

		return tx.Bucket(bucket).Put([]byte(name), text)
	})
	if err != nil {
		return fmt.Errorf("store %s: %w", name, err)
	}

	if value == nil {
		delete(all, name)
	} else {
		all[name] = value
	}

	return nil
}

// API returns CloudWatch's protocols.
func (s *Service) API() *awsapi.Multi {
	return &awsapi.Multi{Namespace: "http://monitoring.amazonaws.com/doc/2010-08-01/", Service: awsapi.Service{
		Name: "CloudWatch", ContentType: "application/x-amz-json-1.0",
		Operations: map[string]awsapi.Operation{
			"DeleteAlarms":        awsapi.Op(s.deleteAlarms),
			"DeleteDashboards":    awsapi.Op(s.deleteDashboards),
			"DescribeAlarms":      awsapi.Op(s.describeAlarms),
			"DisableAlarmActions": awsapi.Op(s.setActions("DisableAlarmActions", false)),
			"EnableAlarmActions":  awsapi.Op(s.setActions("EnableAlarmActions", true)),
			"GetDashboard":        awsapi.Op(s.getDashboard),
			"ListDashboards":      awsapi.Op(s.listDashboards),
			"ListTagsForResource": awsapi.Op(s.listTags),
			"PutDashboard":        awsapi.Op(s.putDashboard),
			"PutMetricAlarm":      awsapi.Op(s.putAlarm),
			"SetAlarmState":       awsapi.Op(s.setState),
			"TagResource":         awsapi.Op(s.tag),
			"UntagResource":       awsapi.Op(s.untag),
		},
	}}
}

func (s *Service) alarmARN(name string) string {
	return "arn:aws:cloudwatch:" + s.config.Region + ":" + s.config.Account + ":alarm:" + name
}

func invalid(format string, args ...any) error {
	return awsapi.Errorf("ValidationError", format, args...)
}

func missing(parameter string) error {
	return awsapi.Errorf("MissingParameter", "The parameter %s is required.", parameter)
}

func notFound(format string, args ...any) error {
	err := awsapi.Errorf("ResourceNotFound", format, args...)
	err.Status = http.StatusNotFound

	return err
}

func now() awsapi.Time { return awsapi.Time(time.Now()) }

// named returns the alarm of an ARN. The service is locked.
func (s *Service) named(arn string) (*alarm, error) {
	name, ours := strings.CutPrefix(arn, s.alarmARN(""))
	if found := s.alarms[name]; ours && found != nil {
		return found, nil
	}

	err := awsapi.Errorf("ResourceNotFoundException", "Unknown resource: %s", arn)
	err.Status = http.StatusNotFound

	return nil, err
}
