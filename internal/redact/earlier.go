package redact

// earlier are the last texts in which something was replaced, because an exception stands in the status of a span and in its events, and
// again in every span that it went through. They are kept for as long as their Pass, and no longer.
type earlier struct {
	texts []replaced
	next  int // the place of the next one
}

// Bounds of what is kept.
const (
	keptTexts = 4
	keptRules = 4
)

// replaced is a text, and what came of it.
type replaced struct {
	from, to string
	upTo     class
	rules    [keptRules]int // by which something was replaced, once for each time
	n        int            // of them
	cost     int            // anchors that were looked at
}

// of is what came of a text, nil if it is not among them.
func (e *earlier) of(text string, upTo class) *replaced {
	for i := range e.texts {
		if e.texts[i].from == text && e.texts[i].upTo == upTo {
			return &e.texts[i]
		}
	}
	return nil
}

// keep keeps what came of a text, unless there is more to it than there is room for, or nothing.
func (e *earlier) keep(one replaced, rules []int) {
	if len(rules) == 0 || len(rules) > keptRules {
		return
	}
	one.n = copy(one.rules[:], rules)
	if len(e.texts) < keptTexts {
		e.texts = append(e.texts, one)
		return
	}
	e.texts[e.next] = one
	e.next = (e.next + 1) % keptTexts
}
