package memorystore

// ages holds all groups, the one that changed longest ago first.
type ages struct {
	line  groups
	fresh *hook // the first that is not idle yet; nil: all are
}

// touch says that a group changed now.
func (a *ages) touch(g *group) {
	p := &g.queued
	p.idle = false
	if a.fresh == &p.age {
		a.fresh = p.age.next
	}
	if p.age.in {
		a.line.renew(&p.age)
	} else {
		a.line.push(&p.age, g)
	}
	if a.fresh == nil {
		a.fresh = &p.age
	}
}

func (a *ages) remove(g *group) {
	p := &g.queued
	if !p.age.in {
		return
	}
	if a.fresh == &p.age {
		a.fresh = p.age.next
	}
	a.line.remove(&p.age)
}

// oldest is the group that changed longest ago, nil if there is none.
func (a *ages) oldest() *group {
	if h := a.line.front; h != nil {
		return h.group
	}
	return nil
}

// grown hands out each group that was last active before a time and has not been handed out since it was.
func (a *ages) grown(before int64, yield func(*group)) {
	for a.fresh != nil {
		g := a.fresh.group
		if g.active >= before {
			return
		}
		a.fresh = a.fresh.next
		g.queued.idle = true
		yield(g)
	}
}
