package cdn

import (
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Description has the settings of the distribution that its API reports besides those that
// terraform/cdn.tf fixes.
type Description struct {
	ARN        string
	Stack      string
	DomainName string // The host and port of the CDN.
	Account    string
	// Variants and Uploads are the names of the buckets.
	Variants, Uploads string
	SignedViewing     bool
	Automatic         bool // A variant has the format `auto`, so the function `response` runs.
	Modified          time.Time
	Tags              map[string]string
}

type configDocument struct {
	XMLName xml.Name `xml:"DistributionConfig"`
	XMLNS   string   `xml:"xmlns,attr"`

	distributionConfig //nolint:embeddedstructfieldcheck // The order of the XML.
}

type distributionDocument struct {
	XMLName                       xml.Name `xml:"Distribution"`
	XMLNS                         string   `xml:"xmlns,attr"`
	ID                            string   `xml:"Id"`
	ARN                           string
	Status                        string
	LastModifiedTime              time.Time
	InProgressInvalidationBatches int
	DomainName                    string
	ActiveTrustedSigners          disabled
	ActiveTrustedKeyGroups        disabled
	DistributionConfig            distributionConfig
}

func (a *API) getConfig(w http.ResponseWriter, _ *http.Request, distribution, _ string) (int, any, error) {
	if err := a.Distribution.knows(distribution); err != nil {
		return 0, nil, err
	}

	w.Header().Set("ETag", distributionTag)

	return http.StatusOK, configDocument{XMLNS: apiNamespace, distributionConfig: a.Description.config()}, nil
}

func (a *API) getDistribution(w http.ResponseWriter, _ *http.Request, distribution, _ string) (int, any, error) {
	if err := a.Distribution.knows(distribution); err != nil {
		return 0, nil, err
	}

	all, err := a.Distribution.Invalidations()
	if err != nil {
		return 0, nil, err
	}

	running := 0

	for i := range all {
		if all[i].Status == inProgress {
			running++
		}
	}

	w.Header().Set("ETag", distributionTag)

	return http.StatusOK, distributionDocument{
		XMLNS: apiNamespace, ID: distribution, ARN: a.Description.ARN, Status: "Deployed", LastModifiedTime: a.Description.Modified.UTC(),
		InProgressInvalidationBatches: running, DomainName: a.Description.DomainName, DistributionConfig: a.Description.config(),
	}, nil
}

type distributionSummary struct {
	XMLName          xml.Name `xml:"DistributionSummary"`
	ID               string   `xml:"Id"`
	ARN              string
	ETag             string
	Status           string
	LastModifiedTime time.Time
	DomainName       string

	distributionConfig //nolint:embeddedstructfieldcheck // The order of the XML.
}

// listDistributions answers ListDistributions, with the stack's own distribution first.
func (a *API) listDistributions(_ http.ResponseWriter, r *http.Request, _, _ string) (int, any, error) {
	answer := struct {
		XMLName     xml.Name `xml:"DistributionList"`
		XMLNS       string   `xml:"xmlns,attr"`
		Marker      string
		MaxItems    int
		IsTruncated bool

		Quantity int
		Items    *struct {
			Inner string `xml:",innerxml"`
		}
	}{XMLNS: apiNamespace, Marker: r.URL.Query().Get("Marker"), MaxItems: mostListed}

	if answer.Marker >= a.Distribution.id {
		return http.StatusOK, answer, nil
	}

	ours, err := xml.Marshal(distributionSummary{
		ID: a.Distribution.id, ARN: a.Description.ARN, ETag: distributionTag, Status: "Deployed",
		LastModifiedTime: a.Description.Modified.UTC(), DomainName: a.Description.DomainName, distributionConfig: a.Description.config(),
	})
	if err != nil {
		return 0, nil, fmt.Errorf("describe the distribution: %w", err)
	}

	summaries := []string{string(ours)}
	if a.Resources != nil {
		summaries = append(summaries, a.Resources.Summaries()...)
	}

	answer.Quantity = len(summaries)
	answer.Items = &struct {
		Inner string `xml:",innerxml"`
	}{strings.Join(summaries, "")}

	return http.StatusOK, answer, nil
}

type tagElement struct {
	XMLName    xml.Name `xml:"Tag"`
	Key, Value string
}

// listTags answers ListTagsForResource.
func (a *API) listTags(_ http.ResponseWriter, r *http.Request, _, _ string) (int, any, error) {
	if arn := r.URL.Query().Get("Resource"); arn != a.Description.ARN {
		return 0, nil, failure("NoSuchResource", http.StatusNotFound, "The specified resource does not exist: %s", arn)
	}

	var tags []tagElement
	for _, key := range slices.Sorted(maps.Keys(a.Description.Tags)) {
		tags = append(tags, tagElement{Key: key, Value: a.Description.Tags[key]})
	}

	return http.StatusOK, struct {
		XMLName xml.Name `xml:"Tags"`
		XMLNS   string   `xml:"xmlns,attr"`
		Items   *items[tagElement]
	}{XMLNS: apiNamespace, Items: &items[tagElement]{tags}}, nil
}
