package memorystore

import "container/list"

// ages holds all groups, the one that changed longest ago first.
type ages struct {
	all   *list.List
	fresh *list.Element // the first that is not idle yet; nil: all are
}

func newAges() ages { return ages{all: list.New()} }

// touch says that a group changed now.
func (a *ages) touch(g *group) {
	p := &g.queued
	p.idle = false
	if p.age == nil {
		p.age = a.all.PushBack(g)
	} else {
		if a.fresh == p.age {
			a.fresh = p.age.Next()
		}
		a.all.MoveToBack(p.age)
	}
	if a.fresh == nil {
		a.fresh = p.age
	}
}

func (a *ages) remove(g *group) {
	p := &g.queued
	if p.age == nil {
		return
	}
	if a.fresh == p.age {
		a.fresh = p.age.Next()
	}
	a.all.Remove(p.age)
	p.age = nil
}

// oldest is the group that changed longest ago, nil if there is none.
func (a *ages) oldest() *group {
	if e := a.all.Front(); e != nil {
		return e.Value.(*group)
	}
	return nil
}

// grown hands out each group that was last active before a time and has not been handed out since it was.
func (a *ages) grown(before int64, yield func(*group)) {
	for a.fresh != nil {
		g := a.fresh.Value.(*group)
		if g.active >= before {
			return
		}
		a.fresh = a.fresh.Next()
		g.queued.idle = true
		yield(g)
	}
}
