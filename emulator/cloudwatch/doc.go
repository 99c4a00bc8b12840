// Package cloudwatch is the emulator's CloudWatch: alarms and dashboards.
//
// Alarms are stored, and evaluated by nobody: the emulator has no metrics. SetAlarmState
// changes their state, and sends the notifications that a real change sends.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html
package cloudwatch
