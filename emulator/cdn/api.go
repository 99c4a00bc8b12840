package cdn

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/cdn/resources"
)

const (
	apiVersion   = "/2020-05-31/" // The prefix of the paths of CloudFront's API.
	apiNamespace = "http://cloudfront.amazonaws.com/doc/2020-05-31/"
)

const (
	maxBatchBytes = 16 << 20 // 3,000 paths of 4,000 characters, with their tags
	mostListed    = 100      // ListInvalidations: "you can't request more than 100"
)

// API is CloudFront's API (REST with XML) for a distribution and its invalidations. Every
// operation that it does not have is rejected with an error that names the operation.
type API struct {
	Distribution *Distribution
	// Authorize decides whether the caller in ctx may do the action
	// ("cloudfront:CreateInvalidation") on a distribution's ARN.
	Authorize func(ctx context.Context, action, resource string) error
	// Account is the account number in the distribution's ARN.
	Account string
	// Description is what the API reports about the distribution.
	Description Description
	// Resources has the resources that clients create; nil means that they cannot.
	Resources *resources.Service
}

// invalidationDocument is an invalidation as the root element of an answer.
type invalidationDocument struct {
	Invalidation

	XMLName xml.Name `xml:"Invalidation"`
	XMLNS   string   `xml:"xmlns,attr"`
}

type summary struct {
	ID         string    `xml:"Id"`
	CreateTime time.Time `xml:"CreateTime"`
	Status     string    `xml:"Status"`
}

// listDocument is a list of invalidations.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_InvalidationList.html
type listDocument struct {
	XMLName     xml.Name  `xml:"InvalidationList"`
	XMLNS       string    `xml:"xmlns,attr"`
	Marker      string    `xml:"Marker"`
	NextMarker  string    `xml:"NextMarker,omitempty"`
	MaxItems    int       `xml:"MaxItems"`
	IsTruncated bool      `xml:"IsTruncated"`
	Quantity    int       `xml:"Quantity"`
	Items       []summary `xml:"Items>InvalidationSummary"`
}

// ServeHTTP implements [http.Handler].
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if a.Resources != nil && a.Resources.Handles(r) {
		a.Resources.ServeHTTP(w, r)

		return
	}

	status, answer, err := a.answer(w, r)
	if err == nil {
		var body []byte
		if body, err = xml.Marshal(answer); err == nil {
			w.Header().Set("Content-Type", "text/xml")
			w.WriteHeader(status)
			_, _ = w.Write(append([]byte(xml.Header), body...)) // An error means that the client has disconnected.

			return
		}
	}

	awsapi.WriteXMLError(w, apiNamespace, err)
}

// operation is an operation of the API: on the distribution, or on one of its invalidations.
type operation struct {
	name   string
	method string
	path   string // Below apiVersion. A star is the id of the distribution, then of the invalidation.
	answer func(a *API, w http.ResponseWriter, r *http.Request, distribution, id string) (int, any, error)
}

// operations has all operations, sorted by name.
var operations = []operation{
	{"CreateInvalidation", http.MethodPost, "distribution/*/invalidation", (*API).create},
	{"GetDistribution", http.MethodGet, "distribution/*", (*API).getDistribution},
	{"GetDistributionConfig", http.MethodGet, "distribution/*/config", (*API).getConfig},
	{"GetInvalidation", http.MethodGet, "distribution/*/invalidation/*", (*API).get},
	{"ListDistributions", http.MethodGet, "distribution", (*API).listDistributions},
	{"ListInvalidations", http.MethodGet, "distribution/*/invalidation", (*API).list},
	{"ListTagsForResource", http.MethodGet, "tagging", (*API).listTags},
}

// matches reports whether a path is the operation's, and returns the ids in it.
func (o operation) matches(r *http.Request) (distribution, id string, ok bool) {
	path, found := strings.CutPrefix(r.URL.Path, apiVersion)
	got, want := strings.Split(path, "/"), strings.Split(o.path, "/")

	if !found || r.Method != o.method || len(got) != len(want) {
		return "", "", false
	}

	var ids []string

	for i := range want {
		switch {
		case want[i] == "*" && got[i] != "":
			ids = append(ids, got[i])
		case want[i] != got[i]:
			return "", "", false
		}
	}

	ids = append(ids, "", "")

	return ids[0], ids[1], true
}

// OperationNames returns the names of the operations, sorted.
func (a *API) OperationNames() []string {
	var names []string
	for _, one := range operations {
		names = append(names, one.name)
	}

	if a.Resources != nil {
		names = append(names, a.Resources.OperationNames()...)
	}

	slices.Sort(names)

	return slices.Compact(names)
}

func (a *API) answer(w http.ResponseWriter, r *http.Request) (int, any, error) {
	for _, operation := range operations {
		distribution, id, ok := operation.matches(r)
		if !ok {
			continue
		}

		if err := a.allow(r.Context(), operation.name, distribution); err != nil {
			return 0, nil, err
		}

		return operation.answer(a, w, r, distribution, id)
	}

	return 0, nil, failure("UnknownOperationException", http.StatusNotFound, "the emulator's CloudFront has no operation %s %s", r.Method, r.URL.Path)
}

func (a *API) get(_ http.ResponseWriter, r *http.Request, distribution, id string) (int, any, error) {
	found, err := a.Distribution.Get(r.Context(), distribution, id)

	return http.StatusOK, invalidationDocument{XMLNS: apiNamespace, Invalidation: found}, err
}

func (a *API) create(w http.ResponseWriter, r *http.Request, distribution, _ string) (int, any, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBatchBytes))
	if err != nil {
		return 0, nil, fmt.Errorf("read the request: %w", err)
	}

	var batch struct {
		InvalidationBatch

		XMLName xml.Name `xml:"InvalidationBatch"`
	}
	if err := xml.Unmarshal(body, &batch); err != nil {
		return 0, nil, failure("MalformedInput", http.StatusBadRequest, "The request is not an InvalidationBatch: %v", err)
	}

	made, err := a.Distribution.Create(r.Context(), distribution, batch.InvalidationBatch)
	if err != nil {
		return 0, nil, err
	}

	w.Header().Set("Location", location(distribution, made))

	return http.StatusCreated, invalidationDocument{XMLNS: apiNamespace, Invalidation: made}, nil
}

func (a *API) list(_ http.ResponseWriter, r *http.Request, distribution, _ string) (int, any, error) {
	d, err := a.Distribution.of(distribution)
	if err != nil {
		return 0, nil, err
	}

	all, err := d.Invalidations()
	if err != nil {
		return 0, nil, err
	}

	query := r.URL.Query()
	answer := listDocument{XMLNS: apiNamespace, Marker: query.Get("Marker"), MaxItems: mostListed}

	if given, err := strconv.Atoi(query.Get("MaxItems")); err == nil && given > 0 {
		answer.MaxItems = min(given, mostListed)
	}

	begun := answer.Marker == ""

	for i := range all {
		if begun && len(answer.Items) == answer.MaxItems {
			answer.IsTruncated, answer.NextMarker = true, answer.Items[len(answer.Items)-1].ID

			break
		}

		if begun {
			answer.Items = append(answer.Items, summary{all[i].ID, all[i].CreateTime, all[i].Status})
		}

		begun = begun || all[i].ID == answer.Marker
	}

	answer.Quantity = len(answer.Items)

	return http.StatusOK, answer, nil
}

func (a *API) allow(ctx context.Context, operation, distribution string) error {
	if a.Authorize == nil {
		return nil
	}

	err := a.authorize(ctx, operation, distribution)
	if denied, ok := errors.AsType[*awsapi.Error](err); ok {
		return failure("AccessDenied", http.StatusForbidden, "%s", denied.Message)
	}

	return err
}

// authorize checks the permission that an operation needs.
func (a *API) authorize(ctx context.Context, operation, distribution string) error {
	resource := "arn:aws:cloudfront::" + a.Account + ":distribution/" + distribution
	if strings.HasPrefix(operation, "ListDistributions") {
		resource = "*"
	}

	return a.Authorize(ctx, "cloudfront:"+operation, resource)
}
