package exposure_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/exposure"
)

// person is a viewer of whom some things are known.
type person struct{ attributes, headers map[string][]string }

func (p person) Attribute(name string) []string { return p.attributes[name] }
func (p person) Header(name string) []string    { return p.headers[name] }

func rules(t require.TestingT, text string) *exposure.Rules {
	r, err := exposure.Parse([]byte(text), []string{"authorization", "x-forwarded-user"})
	require.NoError(t, err)
	return r
}

func TestTheFirstThatAppliesDecides(t *testing.T) {
	ann := person{attributes: map[string][]string{"subject": {"ann"}}}
	bob := person{headers: map[string][]string{"X-Forwarded-User": {"bob"}}}
	eve := person{attributes: map[string][]string{"subject": {"eve"}}, headers: map[string][]string{"X-Forwarded-User": {"ann"}}}
	r := rules(t, `
default: disabled
workflows:
  allow: [shown]
  deny: [secret]
viewers:
  - {attribute: subject, is: [ann]}
  - {header: x-forwarded-user, is: [bob]}
`)
	for _, tc := range []struct {
		what     string
		workflow string
		viewer   exposure.Viewer
		want     bool
	}{
		{"the default", "other", eve, false},
		{"an allowed workflow", "shown", eve, true},
		{"a named viewer, by what the authenticator says", "other", ann, true},
		{"a named viewer, by a header", "other", bob, true},
		{"a denied workflow, even for a named viewer", "secret", ann, false},
		{"a workflow that is not named yet", "", eve, false},
		{"… for a named viewer", "", ann, true},
		{"nobody", "shown", nil, true},
	} {
		assert.Equal(t, tc.want, r.Enabled(tc.workflow, tc.viewer), tc.what)
	}
	assert.Equal(t, exposure.Some, r.Reach(eve))
	assert.Equal(t, exposure.Some, r.Reach(ann), "one is denied")
	assert.Equal(t, exposure.None, rules(t, "default: disabled").Reach(eve))
	assert.Equal(t, exposure.All, rules(t, `{"default": "enabled"}`).Reach(eve))
}

func TestAWorkflowThatIsNotNamedYetFollowsTheDefaultUnlessTold(t *testing.T) {
	assert.True(t, rules(t, "default: enabled").Enabled("", nil))
	assert.False(t, rules(t, "{default: disabled, share: 1}").Enabled("", nil))
	assert.True(t, rules(t, "{default: disabled, unnamed: enabled}").Enabled("", nil))
	assert.False(t, rules(t, "{default: enabled, unnamed: disabled}").Enabled("", nil))
}

func TestAShareIsTheSameWorkflowsAlwaysAndGrowsByAddingSome(t *testing.T) {
	const all = 4000
	of := func(share float64) (enabled int) {
		r := rules(t, fmt.Sprintf("{default: disabled, share: %v}", share))
		for i := range all {
			if r.Enabled(fmt.Sprint("workflow-", i), nil) {
				enabled++
			}
		}
		return enabled
	}
	assert.Zero(t, of(0))
	assert.Equal(t, all, of(1))
	assert.InDelta(t, 0.25*all, of(0.25), 0.03*all)
	rapid.Check(t, func(t *rapid.T) {
		workflow := rapid.StringN(1, 40, -1).Draw(t, "workflow")
		less, more := rapid.Float64Range(0, 1).Draw(t, "less"), rapid.Float64Range(0, 1).Draw(t, "more")
		if less > more {
			less, more = more, less
		}
		if rules(t, fmt.Sprintf("{default: disabled, share: %v}", less)).Enabled(workflow, nil) {
			require.True(t, rules(t, fmt.Sprintf("{default: disabled, share: %v}", more)).Enabled(workflow, nil))
		}
	})
	salted := rules(t, "{default: disabled, share: 0.5, salt: another}")
	plain, differ := rules(t, "{default: disabled, share: 0.5}"), 0
	for i := range all {
		if id := fmt.Sprint(i); salted.Enabled(id, nil) != plain.Enabled(id, nil) {
			differ++
		}
	}
	assert.InDelta(t, 0.5*all, differ, 0.05*all, "another salt is another share")
}

func TestWorkflowsKeepTheirPlaceInTheShareFromReleaseToRelease(t *testing.T) {
	r := rules(t, "{default: disabled, share: 0.5}")
	var enabled []string
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		if r.Enabled(id, nil) {
			enabled = append(enabled, id)
		}
	}
	assert.Equal(t, []string{"a", "b", "c", "e", "g"}, enabled)
}

func TestAFileThatIsWrongSaysWhatToWrite(t *testing.T) {
	for text, want := range map[string]string{
		"":                                          "it is empty",
		"share: 0.5":                                "write enabled or disabled",
		"default: on":                               `default is "on"`,
		"{default: disabled, unnamed: x}":           `unnamed is "x"`,
		"{default: disabled, share: 1.5}":           "from 0 to 1",
		"{default: disabled, share: .nan}":          "from 0 to 1",
		"{default: enabled, share: 0.5}":            "write default: disabled",
		"{default: disabled, shares: 0.5}":          "shares",
		"{default: disabled, share: half}":          "half",
		"default: disabled\n---\ndefault: disabled": "more than one document",
		"{default: disabled, workflows: {allow: [a], deny: [a]}}":               `"a" is both allowed and denied`,
		"{default: disabled, workflows: {allow: ['']}}":                         "an id is empty",
		"{default: disabled, viewers: [{is: [a]}]}":                             "viewers[0]: write either",
		"{default: disabled, viewers: [{attribute: subject}]}":                  "viewers[0]: is",
		"{default: disabled, viewers: [{attribute: a, header: b, is: [c]}]}":    "write either",
		"{default: disabled, viewers: [{header: X-Anything, is: [a]}]}":         "forward_auth::headers",
		"{default: disabled, viewers: [{header: Authorization, is: [Bearer]}]}": "other than Authorization",
	} {
		_, err := exposure.Parse([]byte(text), []string{"Authorization", "X-Forwarded-User"})
		require.ErrorContains(t, err, want, text)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("{default: disabled, share: 0.5, workflows: {allow: [a], deny: [b]}, viewers: [{attribute: subject, is: [c]}]}"))
	f.Add([]byte("default: enabled\nunnamed: disabled\n"))
	f.Fuzz(func(_ *testing.T, text []byte) {
		r, err := exposure.Parse(text, nil)
		if err == nil {
			r.Enabled("a", person{})
			r.Reach(person{})
		}
	})
}
