package execution

import "slices"

// tally counts strings; the empty one is not counted. Nearly every execution has one workflow, one run and one model, so the
// first string has a place of its own: a map for each of them would be most of what a small view takes.
type tally struct {
	only   string
	n      int // how often only was counted; 0: its place is free
	others map[string]int
}

// add and remove tell whether the set of counted strings changed.
func (t *tally) add(s string) bool {
	switch {
	case s == "":
		return false
	case t.n > 0 && s == t.only:
		t.n++
		return false
	case t.n == 0 && t.others[s] == 0:
		t.only, t.n = s, 1
		return true
	}
	if t.others == nil {
		t.others = map[string]int{}
	}
	t.others[s]++
	return t.others[s] == 1
}

func (t *tally) remove(s string) bool {
	switch {
	case s == "":
		return false
	case t.n > 0 && s == t.only:
		if t.n--; t.n > 0 {
			return false
		}
		t.only = ""
		return true
	}
	if t.others[s]--; t.others[s] > 0 {
		return false
	}
	delete(t.others, s)
	return true
}

func (t *tally) len() int { return one(t.n > 0) + len(t.others) }

func (t *tally) has(s string) bool { return s != "" && (t.n > 0 && s == t.only || t.others[s] > 0) }

// all yields every counted string once, in no order.
func (t *tally) all(yield func(string) bool) {
	if t.n > 0 && !yield(t.only) {
		return
	}
	for s := range t.others {
		if !yield(s) {
			return
		}
	}
}

// first returns the n first strings, sorted, in one pass over all; nil if there are none.
func (t *tally) first(n int) []string {
	switch {
	case t.len() == 0:
		return nil
	case len(t.others) == 0:
		return []string{t.only}
	}
	list := make([]string, 0, min(n, t.len()))
	for s := range t.all {
		at, _ := slices.BinarySearch(list, s)
		if at == n {
			continue
		}
		if len(list) == n {
			list = list[:n-1]
		}
		list = slices.Insert(list, at, s)
	}
	return list
}

// least returns the first string, "" if none is counted.
func (t *tally) least() string {
	if len(t.others) == 0 {
		return t.only
	}
	least := ""
	for s := range t.all {
		if least == "" || s < least {
			least = s
		}
	}
	return least
}

// fill fills in the first string where there is none.
func (t *tally) fill(into *string) {
	if *into == "" {
		*into = t.least()
	}
}

func (t *tally) bytes() int64 { return mapBytes(t.others) }
