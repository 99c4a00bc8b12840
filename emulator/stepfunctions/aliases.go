package stepfunctions

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"

	"triptych/emulator/awsapi"
)

// Limits of aliases.
// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
const (
	maxAliases = 100
	maxRoutes  = 2
)

// aliasName matches the names of aliases: not only digits, because those are versions.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachineAlias.html
var (
	aliasName   = regexp.MustCompile(`^[a-zA-Z0-9_.-]+$`)
	onlyDigits  = regexp.MustCompile(`^\d+$`)
	aliasSyntax = `^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$` // As AWS documents it.
)

// aliasRecord is an alias of one or two versions of a machine.
type aliasRecord struct {
	Description string       `json:"description,omitempty"`
	Routes      []aliasRoute `json:"routes"`
	Created     time.Time    `json:"created"`
	Updated     time.Time    `json:"updated"`
}

// aliasRoute is a version with its percentage of the executions.
type aliasRoute struct {
	Version int `json:"version"`
	Weight  int `json:"weight"`
}

// pick returns the qualifier of the version for a number from 0 to 99.
func (a *aliasRecord) pick(percent int) string {
	for _, route := range a.Routes {
		if percent -= route.Weight; percent < 0 {
			return strconv.Itoa(route.Version)
		}
	}

	return "" // The weights add up to 100.
}

func (a *aliasRecord) has(version int) bool {
	return slices.ContainsFunc(a.Routes, func(r aliasRoute) bool { return r.Version == version })
}

// aliasesOf returns the names of the aliases that have a version, sorted.
func (r *machineRecord) aliasesOf(version int) []string {
	var names []string

	for _, name := range slices.Sorted(maps.Keys(r.Aliases)) {
		if alias := r.Aliases[name]; alias.has(version) {
			names = append(names, name)
		}
	}

	return names
}

// routing is an entry of a routing configuration.
type routing struct {
	VersionARN string `json:"stateMachineVersionArn"`
	Weight     int    `json:"weight"`
}

// routes checks a routing configuration and returns its machine and its versions.
func (s *Service) routes(config []routing) (*machine, []aliasRoute, error) {
	if len(config) == 0 || len(config) > maxRoutes {
		return nil, nil, awsapi.Errorf("ValidationException", "1 validation error detected: Value at 'routingConfiguration' failed to satisfy constraint: "+
			"Member must have length between 1 and %d", maxRoutes)
	}

	var (
		machine *machine
		routes  []aliasRoute
		arns    []string
		weights []string
		sum     int
	)

	for i, entry := range config {
		m, route, err := s.route(i, entry)
		if err != nil {
			return nil, nil, err
		}

		sum += entry.Weight
		arns, weights = append(arns, entry.VersionARN), append(weights, strconv.Itoa(entry.Weight))
		routes = append(routes, route)

		if machine != nil && machine.Machine != m.Machine {
			return nil, nil, awsapi.Errorf("ValidationException", "Routing configuration must contain state machine versions of the same state machine. Received: %s", listText(arns))
		}

		machine = m
	}

	switch {
	case len(routes) == maxRoutes && routes[0].Version == routes[1].Version:
		return nil, nil, awsapi.Errorf("ValidationException", "Routing configuration must contain distinct state machine version ARNs. Received: %s", listText(arns))
	case sum != wholePercent:
		return nil, nil, awsapi.Errorf("ValidationException", "Sum of routing configuration weights must equal 100. Received: %s", listText(weights))
	case machine.record.Deleting:
		return nil, nil, machineDeleting(machine.arn)
	default:
		return machine, routes, nil
	}
}

// route checks an entry of a routing configuration.
func (s *Service) route(index int, entry routing) (*machine, aliasRoute, error) {
	name, qualifier, err := s.qualifiedName(entry.VersionARN)
	if err != nil {
		return nil, aliasRoute{}, err
	}

	if !onlyDigits.MatchString(qualifier) {
		return nil, aliasRoute{}, awsapi.Errorf("ValidationException", "The routing configuration must only have versions of a state machine. Received: %s", entry.VersionARN)
	}

	m := s.machineNamed(name)
	if m == nil {
		return nil, aliasRoute{}, noResource()
	}

	version, known := m.record.versioned(qualifier)
	if !known {
		return nil, aliasRoute{}, noResource()
	}

	if entry.Weight < 0 || entry.Weight > wholePercent {
		return nil, aliasRoute{}, awsapi.Errorf("ValidationException", "1 validation error detected: Value '%d' at 'routingConfiguration.%d.member.weight' "+
			"failed to satisfy constraint: Member must have value between 0 and %d", entry.Weight, index+1, wholePercent)
	}

	return m, aliasRoute{Version: version.Number, Weight: entry.Weight}, nil
}

// checkAliasName checks the name of a new alias.
func checkAliasName(name string) error {
	if !aliasName.MatchString(name) || onlyDigits.MatchString(name) || len(name) > maxNameLength {
		return awsapi.Errorf("ValidationException", "1 validation error detected: Value '%s' at 'name' failed to satisfy constraint: "+
			"Member must satisfy regular expression pattern: %s", name, aliasSyntax)
	}

	return nil
}

func noResource() error {
	return awsapi.Errorf("ResourceNotFound", "Request references a resource that does not exist.")
}

// aliasAt finds an alias by its ARN.
func (s *Service) aliasAt(arn string) (*machine, string, error) {
	name, qualifier, err := s.qualifiedName(arn)
	if err != nil {
		return nil, "", err
	}

	if qualifier == "" || onlyDigits.MatchString(qualifier) {
		return nil, "", awsapi.Errorf("InvalidArn", "Invalid Arn: '%s'", arn)
	}

	m := s.machineNamed(name)
	if m == nil {
		return nil, "", noResource()
	}

	if _, known := m.record.Aliases[qualifier]; !known {
		return nil, "", noResource()
	}

	return m, qualifier, nil
}

// setAlias stores an alias; nil deletes it. The machine is locked against changes.
func (s *Service) setAlias(m *machine, name string, alias *aliasRecord) error {
	err := s.setMachine(m.Machine, m.revision, func(record *machineRecord) {
		record.Aliases = maps.Clone(record.Aliases) // The old map is still in use by readers.

		if alias == nil {
			delete(record.Aliases, name)

			return
		}

		if record.Aliases == nil {
			record.Aliases = map[string]aliasRecord{}
		}

		record.Aliases[name] = *alias
	})
	if err != nil {
		return fmt.Errorf("store the alias %s: %w", name, err)
	}

	return nil
}
