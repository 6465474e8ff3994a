package redact

import (
	"slices"
	"strconv"
	"strings"
)

// Names under which Hits counts what no rule of the table found.
const (
	RuleKeyName     = "key_name"     // the name of the attribute or JSON member says that its value is secret
	RuleTooLarge    = "too_large"    // longer than Config.MaxValueBytes: replaced without being inspected
	RuleTooDeep     = "too_deep"     // nested deeper than MaxDepth: replaced without being inspected
	RuleTooDense    = "too_dense"    // holds too much of what could begin a secret: replaced without being inspected
	RuleFailed      = "failed"       // inspecting it failed: what the span says is left out
	RuleNotSettling = "not_settling" // kept matching what was put in place of its own matches: replaced whole
)

// Hits counts replacements by rule. nil is no hits.
type Hits map[string]int

// Add counts n more replacements by rule.
func (h *Hits) Add(rule string, n int) {
	if n <= 0 {
		return
	}
	if *h == nil {
		*h = make(Hits, 2)
	}
	(*h)[rule] += n
}

// Merge adds everything that o counted.
func (h *Hits) Merge(o Hits) {
	if len(o) == 0 { // costs less than to find that out in a loop
		return
	}
	for rule, n := range o {
		h.Add(rule, n)
	}
}

// Total is the number of replacements by all rules.
func (h Hits) Total() int {
	total := 0
	for _, n := range h {
		total += n
	}
	return total
}

// Uninspected is how many values were replaced because they could not be inspected.
func (h Hits) Uninspected() int {
	return h[RuleTooLarge] + h[RuleTooDeep] + h[RuleTooDense] + h[RuleNotSettling] + h[RuleFailed]
}

// AppendReceipt appends the hits to lines as "rule=count", sorted by rule.
func (h Hits) AppendReceipt(lines []string) []string {
	begin := len(lines)
	for rule := range h {
		lines = append(lines, rule)
	}
	added := lines[begin:]
	slices.Sort(added)
	for i, rule := range added {
		added[i] = rule + "=" + strconv.Itoa(h[rule])
	}
	return lines
}

// maxReceiptCount bounds what is believed of a receipt that came with a span: anybody can write one.
const maxReceiptCount = 1 << 30

// AddReceiptLine counts one line of a receipt that an earlier tier wrote. It reports false, and counts nothing, if the
// line is not one.
func (h *Hits) AddReceiptLine(line string) bool {
	rule, count, found := strings.Cut(line, "=")
	n, err := strconv.Atoi(count)
	if !found || err != nil || n <= 0 || n > maxReceiptCount || !ruleName.MatchString(rule) {
		return false
	}
	h.Add(rule, n)
	return true
}
