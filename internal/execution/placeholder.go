package execution

import "github.com/orcheo/otelcol-canvas/internal/tracestore"

// Names of placeholders. Orcheo's nodes hang on one root, so theirs can be guessed.
const (
	placeholderName  = "(parent not received yet)"
	placeholderOfRun = "workflow.execution"
)

// adopt lets a placeholder follow from one more child. A workflow span is a root wherever it hangs, so it alone is no reason
// to show a parent that nobody sent.
func (v *View) adopt(p, child *node) {
	start, since := child.Tail.EffectiveStart, child.Record.FirstReceived
	if child.next == nil { // it is the only one
		p.PlaceholderName = placeholderName
		p.Tail.EffectiveStart, p.since = start, since
		v.touch(p)
	}
	if start < p.Tail.EffectiveStart {
		p.Tail.EffectiveStart = start
		v.touch(p)
	}
	p.since = min(p.since, since)
	if child.Record.Facts.Node != "" && p.PlaceholderName != placeholderOfRun {
		p.PlaceholderName = placeholderOfRun
		v.touch(p)
	}
	if !child.Record.Facts.Workflow {
		p.solid = true
		if !p.visible && !p.trace.restricted {
			v.show(p)
		}
	}
}

// takeOver prepares a placeholder for its record.
func (v *View) takeOver(n *node) {
	if n.visible {
		remove(&n.trace.missing, n)
	}
}

func (v *View) loosen(p *node) {
	if !p.loose {
		p.loose = true
		v.loose = append(v.loose, p)
	}
}

// tighten lets placeholders follow from the children that they have left, and removes those that have none.
func (v *View) tighten() {
	for i := 0; i < len(v.loose); i++ {
		p := v.loose[i]
		p.loose = false
		if p.Record == nil {
			v.refresh(p)
		}
	}
	v.loose = recycle(v.loose)
}

func (v *View) refresh(p *node) {
	was, name := p.Tail, p.PlaceholderName
	p.solid = false
	p.PlaceholderName = placeholderName
	for c := p.child; c != nil; c = c.next {
		start, since := c.Tail.EffectiveStart, c.Record.FirstReceived
		if c == p.child {
			p.Tail.EffectiveStart, p.since = start, since
		}
		p.Tail.EffectiveStart = min(p.Tail.EffectiveStart, start)
		p.since = min(p.since, since)
		p.solid = p.solid || !c.Record.Facts.Workflow
		if c.Record.Facts.Node != "" {
			p.PlaceholderName = placeholderOfRun
		}
	}
	if p.Tail != was || p.PlaceholderName != name {
		v.touch(p)
	}
	switch show := p.solid && !p.trace.restricted; {
	case show && !p.visible:
		v.show(p)
	case !show && p.visible:
		v.hide(p)
	}
	if p.child == nil {
		p.trace.release(p)
	}
}

// readopt is adopt for a child whose record changed. Looking at all children is left to the rare case that they may have
// lost what the placeholder took from this one.
func (v *View) readopt(p, child *node, old *tracestore.Record, oldStart int64) {
	now := child.Record
	start := child.Tail.EffectiveStart
	switch {
	case old.Facts.Workflow != now.Facts.Workflow,
		(old.Facts.Node != "") != (now.Facts.Node != ""),
		oldStart == p.Tail.EffectiveStart && start > oldStart,
		old.FirstReceived == p.since && now.FirstReceived > p.since:
		v.loosen(p)
		return
	}
	p.since = min(p.since, now.FirstReceived)
	if start < p.Tail.EffectiveStart {
		p.Tail.EffectiveStart = start
		v.touch(p)
	}
}
