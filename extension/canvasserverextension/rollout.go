package canvasserverextension

import (
	"fmt"
	"net/http"
	"strings"

	"go.opentelemetry.io/collector/client"
	"go.uber.org/zap"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/exposure"
	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// rollout says for which workflows and viewers the Trace tab is switched on. A nil *rollout has it on for all. The store knows
// nothing of it: what is switched on later is shown from its beginning.
type rollout struct {
	file *exposure.File
}

func newRollout(c *Config, logger *zap.Logger, t *telemetry) (*rollout, error) {
	if c.ExposeFile == "" {
		return nil, nil //nolint:nilnil // everything is shown to everybody
	}
	file, err := exposure.Open(c.ExposeFile, func(text []byte) (*exposure.Rules, error) {
		return exposure.Parse(text, c.identityHeaders())
	}, func(err error) {
		t.reloaded(err == nil)
		if err != nil {
			logger.Error("The file of expose_file cannot be used; what it said before stays in force", zap.Error(err))
			return
		}
		logger.Info("The file of expose_file was read anew", zap.String("file", c.ExposeFile))
	})
	if err != nil {
		return nil, fmt.Errorf("expose_file: %w", err)
	}
	t.watchesRollout()
	return &rollout{file: file}, nil
}

// identityHeaders are the headers of a request that say who the viewer is, because the service of forward_auth looks at them.
func (c *Config) identityHeaders() []string {
	if !c.ForwardAuth.enabled() {
		return nil
	}
	return c.ForwardAuth.Headers
}

func (r *rollout) close() error {
	if r == nil {
		return nil
	}
	return r.file.Close()
}

// replaced is closed when other rules are in force than now; nil where there are none.
func (r *rollout) replaced() <-chan struct{} {
	if r == nil {
		return nil
	}
	return r.file.Current().Replaced
}

// pass is what the rollout says of one viewer and one execution. A nil *pass lets everything through.
type pass struct {
	rollout *rollout
	viewer  *viewer
	claimed string // the workflow that the viewer says the execution is of, as long as no span says it

	state    *exposure.State // that was asked last
	workflow string
	enabled  bool
}

func (r *rollout) pass(v *viewer, claimed string) *pass {
	if r == nil {
		return nil
	}
	return &pass{rollout: r, viewer: v, claimed: claimed}
}

// check finds out whether something of a workflow may be shown now.
func (p *pass) check(workflow string) *problem {
	if p == nil {
		return nil
	}
	if workflow == "" {
		workflow = p.claimed
	}
	if now := p.rollout.file.Current(); now != p.state || workflow != p.workflow {
		p.state, p.workflow, p.enabled = now, workflow, now.Rules.Enabled(workflow, p.viewer)
	}
	if !p.enabled {
		return notEnabled()
	}
	return nil
}

// settled says whether what was found out last still holds, whatever comes next of the execution.
func (p *pass) settled() bool {
	return p == nil || (p.enabled && p.workflow != "" && p.state == p.rollout.file.Current())
}

// replaced is closed when what was found out last must be asked again.
func (p *pass) replaced() <-chan struct{} {
	if p == nil || p.state == nil {
		return nil
	}
	return p.state.Replaced
}

// rows keeps of a list what a viewer may be shown.
func (r *rollout) rows(v *viewer, rows []tracestore.ExecutionRow) []tracestore.ExecutionRow {
	return visible(r, v, rows, func(row *tracestore.ExecutionRow) string { return row.WorkflowID })
}

// listRows is rows, for a live list.
func (r *rollout) listRows(v *viewer, rows []listRow) []listRow {
	return visible(r, v, rows, func(row *listRow) string { return row.workflow })
}

func visible[Row any](r *rollout, v *viewer, rows []Row, workflow func(*Row) string) []Row {
	if r == nil {
		return rows
	}
	rules := r.file.Current().Rules
	shown := make([]Row, 0, len(rows))
	for i := range rows {
		if rules.Enabled(workflow(&rows[i]), v) {
			shown = append(shown, rows[i])
		}
	}
	return shown
}

// listed finds out whether a list may be shown: that of one workflow may not where it is switched off.
func (r *rollout) listed(v *viewer, workflow string) *problem {
	if workflow == "" {
		return nil
	}
	return r.pass(v, "").check(workflow)
}

// Attribute implements exposure.Viewer. A name with dots leads into what an authenticator found out as a whole, as in
// claims.groups.
func (v *viewer) Attribute(name string) []string {
	if v.ctx == nil {
		return nil
	}
	auth := client.FromContext(v.ctx).Auth
	if auth == nil {
		return nil
	}
	if value := auth.GetAttribute(name); value != nil {
		return texts(value)
	}
	first, rest, _ := strings.Cut(name, ".")
	value := auth.GetAttribute(first)
	for rest != "" {
		fields, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		if inner, whole := fields[rest]; whole {
			return texts(inner)
		}
		first, rest, _ = strings.Cut(rest, ".")
		value = fields[first]
	}
	return nil
}

func texts(value any) []string {
	switch value := value.(type) {
	case nil:
		return nil
	case string:
		return []string{value}
	case []string:
		return value
	case []any:
		var all []string
		for _, one := range value {
			all = append(all, texts(one)...)
		}
		return all
	}
	return []string{fmt.Sprint(value)}
}

// Header implements exposure.Viewer.
func (v *viewer) Header(name string) []string { return v.header.Values(name) }

var _ exposure.Viewer = (*viewer)(nil)

// infoTraceTab tells a client whether to offer the Trace tab.
type infoTraceTab struct {
	// Enabled is for the workflow or execution that was asked for; without one, whether there is any.
	Enabled bool `json:"enabled"`
	// Reach is all, some or none: of the workflows, for this viewer.
	Reach   exposure.Reach `json:"reach"`
	Rollout *infoRollout   `json:"rollout,omitempty"`
}

// infoRollout tells of the file of expose_file.
type infoRollout struct {
	LoadedAt string `json:"loaded_at"`
	Failing  bool   `json:"failing"` // the file as it is now cannot be used
}

// traceTab is what GET /api/info says of the rollout, for its workflow_id or execution_id where it names one.
func (a *api) traceTab(r *http.Request) (infoTraceTab, *problem) {
	if a.rollout == nil {
		return infoTraceTab{Enabled: true, Reach: exposure.All}, nil
	}
	p, bad := paramsOf(r)
	if bad != nil {
		return infoTraceTab{}, bad
	}
	v, state := a.access.viewer(r), a.rollout.file.Current()
	tab := infoTraceTab{
		Reach:   state.Rules.Reach(v),
		Rollout: &infoRollout{LoadedAt: state.Loaded.UTC().Format("2006-01-02T15:04:05Z"), Failing: a.rollout.file.Failing()},
	}
	tab.Enabled = tab.Reach != exposure.None
	workflow, asked := p.query.Get("workflow_id"), p.query.Has("workflow_id")
	if id := p.query.Get("execution_id"); id != "" {
		if found := a.workflowOf(r, v, id); found != "" {
			workflow = found
		}
		asked = true
	}
	if asked {
		tab.Enabled = state.Rules.Enabled(workflow, v)
	}
	return tab, nil
}

// workflowOf is the workflow of an execution that the viewer may see, as far as it is known.
func (a *api) workflowOf(r *http.Request, v *viewer, id string) string {
	source, bad := a.source()
	if bad != nil || a.rights.to(v, id).confirm(r.Context()) != nil {
		return ""
	}
	res, err := source.Resolve(r.Context(), id)
	if err != nil || res.Summary == nil {
		return ""
	}
	return res.Summary.WorkflowID
}
