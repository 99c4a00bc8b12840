package dynamodb

import (
	"context"
	"time"
)

type backups struct {
	ContinuousBackupsStatus        string
	PointInTimeRecoveryDescription map[string]any
}

func describeBackups(recovery bool, created time.Time) map[string]backups {
	const days = 35

	description := map[string]any{"PointInTimeRecoveryStatus": "DISABLED"}
	if recovery {
		description = map[string]any{
			"PointInTimeRecoveryStatus": statusEnabled, "RecoveryPeriodInDays": days,
			"EarliestRestorableDateTime": created.Unix(), "LatestRestorableDateTime": created.Unix(),
		}
	}

	return map[string]backups{"ContinuousBackupsDescription": {statusEnabled, description}}
}

const statusEnabled = "ENABLED"

// describeContinuousBackups answers DescribeContinuousBackups. The emulator keeps no
// backups: the latest time to which a table could be restored is its creation.
func (s *Service) describeContinuousBackups(ctx context.Context, in describeTableInput) (map[string]backups, error) {
	t, err := s.tableFor(ctx, "DescribeContinuousBackups", in.TableName, "")
	if err != nil {
		return nil, err
	}

	return describeBackups(t.settings.Recovery, t.created), nil
}

type updateBackupsInput struct {
	TableName                        string
	PointInTimeRecoverySpecification struct{ PointInTimeRecoveryEnabled bool }
}

// updateContinuousBackups answers UpdateContinuousBackups.
func (s *Service) updateContinuousBackups(ctx context.Context, in updateBackupsInput) (map[string]backups, error) {
	t, err := s.changeable(ctx, "UpdateContinuousBackups", in.TableName)
	if err != nil {
		return nil, err
	}

	changed := t.settings
	changed.Recovery = in.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled

	return describeBackups(changed.Recovery, t.created), s.save(t, t.Table, changed)
}
