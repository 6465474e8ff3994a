package exposure

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Switch is a setting that is on or off.
type Switch string

// The positions of a Switch.
const (
	Enabled  Switch = "enabled"
	Disabled Switch = "disabled"
)

// document is the file as it is written.
type document struct {
	Default   Switch   `yaml:"default"`
	Unnamed   Switch   `yaml:"unnamed"`
	Share     *float64 `yaml:"share"`
	Salt      string   `yaml:"salt"`
	Workflows struct {
		Allow []string `yaml:"allow"`
		Deny  []string `yaml:"deny"`
	} `yaml:"workflows"`
	Viewers []viewerRule `yaml:"viewers"`
}

// viewerRule names viewers by one thing that is known of them.
type viewerRule struct {
	Attribute string   `yaml:"attribute"`
	Header    string   `yaml:"header"`
	Is        []string `yaml:"is"`
}

// Viewer is who looks.
type Viewer interface {
	// Attribute are the values that the authenticator found out, such as subject; none if it does not know.
	Attribute(name string) []string
	// Header are the values of a header of the viewer's request that can be believed.
	Header(name string) []string
}

// Rules say what is switched on. They do not change.
type Rules struct {
	otherwise bool
	unnamed   bool
	share     float64
	salt      string
	allow     map[string]struct{}
	deny      map[string]struct{}
	viewers   []viewerRule
}

// Parse reads rules, YAML or JSON. headers are the names of the request headers that say who a viewer is; others are not
// believed, and a rule about one is an error.
func Parse(text []byte, headers []string) (*Rules, error) {
	var doc document
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("it is empty: write at least default: enabled or default: disabled")
		}
		return nil, err
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("it holds more than one document: write one")
	}
	if err := doc.check(headers); err != nil {
		return nil, err
	}
	r := &Rules{
		otherwise: doc.Default == Enabled, unnamed: doc.Default == Enabled, salt: doc.Salt,
		allow: setOf(doc.Workflows.Allow), deny: setOf(doc.Workflows.Deny), viewers: doc.Viewers,
	}
	if doc.Unnamed != "" {
		r.unnamed = doc.Unnamed == Enabled
	}
	if doc.Share != nil {
		r.share = *doc.Share
	}
	return r, nil
}

func (d *document) check(headers []string) error {
	var errs []error
	if d.Default != Enabled && d.Default != Disabled {
		errs = append(errs, fmt.Errorf("default is %q: write enabled or disabled, for whatever nothing else in the file decides", d.Default))
	}
	if d.Unnamed != "" && d.Unnamed != Enabled && d.Unnamed != Disabled {
		errs = append(errs, fmt.Errorf("unnamed is %q: write enabled or disabled, or leave it out to have it follow default", d.Unnamed))
	}
	if d.Share != nil {
		if !(*d.Share >= 0 && *d.Share <= 1) {
			errs = append(errs, fmt.Errorf("share is %v: write a number from 0 to 1", *d.Share))
		}
		if d.Default == Enabled {
			errs = append(errs, errors.New("share adds workflows to those that are enabled, so with default: enabled it does nothing: write default: disabled"))
		}
	}
	for _, id := range slices.Concat(d.Workflows.Allow, d.Workflows.Deny) {
		if id == "" {
			errs = append(errs, errors.New("workflows: an id is empty"))
		}
	}
	for _, id := range d.Workflows.Allow {
		if slices.Contains(d.Workflows.Deny, id) {
			errs = append(errs, fmt.Errorf("workflows: %q is both allowed and denied", id))
		}
	}
	for i := range d.Viewers {
		if err := d.Viewers[i].check(headers); err != nil {
			errs = append(errs, fmt.Errorf("viewers[%d]: %w", i, err))
		}
	}
	return errors.Join(errs...)
}

func (v *viewerRule) check(headers []string) error {
	switch {
	case (v.Attribute == "") == (v.Header == ""):
		return errors.New("write either attribute or header")
	case len(v.Is) == 0 || slices.Contains(v.Is, ""):
		return errors.New("is: write the values that name the viewers")
	case v.Attribute != "":
		return nil
	}
	v.Header = http.CanonicalHeaderKey(v.Header)
	for _, h := range headers {
		if http.CanonicalHeaderKey(h) == v.Header && v.Header != "Authorization" {
			return nil
		}
	}
	return fmt.Errorf("header: anybody could send %s: name one of forward_auth::headers, other than Authorization", v.Header)
}

func setOf(ids []string) map[string]struct{} {
	set := make(map[string]struct{}, len(ids))
	for _, id := range ids {
		set[id] = struct{}{}
	}
	return set
}

// Enabled says whether a viewer gets the Trace tab for a workflow; "" is a workflow that nobody has named yet. The first that
// applies decides: the workflow is denied, the viewer is named, the workflow is allowed or in the share, the default.
func (r *Rules) Enabled(workflow string, v Viewer) bool {
	if _, denied := r.deny[workflow]; denied {
		return false
	}
	if r.names(v) {
		return true
	}
	if workflow == "" {
		return r.unnamed
	}
	_, allowed := r.allow[workflow]
	return allowed || r.otherwise || place(r.salt, workflow) < r.share
}

// Reach is how many workflows a viewer gets the Trace tab for.
type Reach string

// The reaches.
const (
	All  Reach = "all"
	Some Reach = "some"
	None Reach = "none"
)

// Reach says how many workflows a viewer gets the Trace tab for, whichever there are.
func (r *Rules) Reach(v Viewer) Reach {
	everything := r.otherwise || r.share == 1 || r.names(v)
	switch {
	case everything && len(r.deny) == 0:
		return All
	case everything, r.share > 0, len(r.allow) > 0, r.unnamed:
		return Some
	}
	return None
}

func (r *Rules) names(v Viewer) bool {
	if v == nil {
		return false
	}
	return slices.ContainsFunc(r.viewers, func(rule viewerRule) bool {
		known := v.Header(rule.Header)
		if rule.Attribute != "" {
			known = v.Attribute(rule.Attribute)
		}
		return slices.ContainsFunc(known, func(value string) bool { return slices.Contains(rule.Is, value) })
	})
}

// place is where a workflow stands among all, from 0 to below 1. It does not change, so a share that grows only adds workflows.
func place(salt, workflow string) float64 {
	sum := sha256.Sum256([]byte(salt + "\x00" + workflow))
	return float64(binary.BigEndian.Uint64(sum[:8])>>11) / (1 << 53)
}
