package memorystore

// ages holds all groups, the one that changed longest ago first.
type ages struct {
	register *register
	line     groups
	fresh    *group // the first that is not idle yet; nil: all are
}

// touch says that a group changed now.
func (a *ages) touch(g *group) {
	g.queued.idle = false
	if a.fresh == g {
		a.fresh = a.register.after(byAge, g)
	}
	if a.register.has(byAge, g) {
		a.register.renew(&a.line, byAge, g)
	} else {
		a.register.push(&a.line, byAge, g)
	}
	if a.fresh == nil {
		a.fresh = g
	}
}

func (a *ages) remove(g *group) {
	if !a.register.has(byAge, g) {
		return
	}
	if a.fresh == g {
		a.fresh = a.register.after(byAge, g)
	}
	a.register.remove(&a.line, byAge, g)
}

// oldest is the group that changed longest ago, nil if there is none.
func (a *ages) oldest() *group { return a.line.front }

// all are the groups, the oldest first.
func (a *ages) all() []*group {
	list := make([]*group, 0, a.line.count)
	for g := a.line.front; g != nil; g = a.register.after(byAge, g) {
		list = append(list, g)
	}
	return list
}

// grown hands out each group that was last active before a time and has not been handed out since it was.
func (a *ages) grown(before int64, yield func(*group)) {
	for a.fresh != nil {
		g := a.fresh
		if g.active >= before {
			return
		}
		a.fresh = a.register.after(byAge, g)
		g.queued.idle = true
		yield(g)
	}
}
