package backend

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Pattern is a path that may be passed on, and by which methods: "GET /api/workflows/{workflow_id}". {name} stands for one
// segment, {name...} at the end for all that follow. Several methods are joined by commas, * is all of them; without one it is
// GET. Whoever may GET may HEAD.
type Pattern struct {
	methods  []string // nil: all
	segments []string
}

// ParsePattern reads a pattern.
func ParsePattern(text string) (p Pattern, err error) {
	methods, path, both := strings.Cut(text, " ")
	if !both {
		methods, path = http.MethodGet, text
	}
	malformed := fmt.Errorf(`%q: write a method and a path, such as "GET /api/workflows/{workflow_id}"; {name} is one segment, {name...} at the end all that follow`, text)
	rest, found := strings.CutPrefix(path, "/")
	if !found {
		return p, malformed
	}
	p.segments = strings.Split(rest, "/")
	for i, s := range p.segments {
		name, variable := variableOf(s)
		switch {
		case !variable && (s == "" || s == "." || s == ".." || strings.ContainsAny(s, "{}?#%\\ ")):
			return p, malformed
		case variable && (name == "" || strings.ContainsAny(name, "{}.")):
			return p, malformed
		case isRest(s) && i != len(p.segments)-1:
			return p, malformed
		}
	}
	if methods == "*" {
		return p, nil
	}
	for m := range strings.SplitSeq(methods, ",") {
		if m == "" || strings.ContainsFunc(m, func(c rune) bool { return c < 'A' || c > 'Z' }) {
			return p, malformed
		}
		p.methods = append(p.methods, m)
	}
	if slices.Contains(p.methods, http.MethodGet) {
		p.methods = append(p.methods, http.MethodHead)
	}
	return p, nil
}

// Names says whether the pattern has a variable of that name.
func (p *Pattern) Names(variable string) bool {
	return slices.ContainsFunc(p.segments, func(s string) bool {
		name, ok := variableOf(s)
		return ok && name == variable
	})
}

// match gives the variables of a path, whose segments are unescaped.
func (p *Pattern) match(method string, path []string) (variables map[string]string, ok bool) {
	if p.methods != nil && !slices.Contains(p.methods, method) {
		return nil, false
	}
	variables = map[string]string{}
	for i, s := range p.segments {
		name, variable := variableOf(s)
		switch {
		case isRest(s):
			return variables, i < len(path)
		case i >= len(path) || (!variable && s != path[i]) || path[i] == "":
			return nil, false
		case variable:
			variables[name] = path[i]
		}
	}
	return variables, len(path) == len(p.segments)
}

func variableOf(segment string) (name string, ok bool) {
	if !strings.HasPrefix(segment, "{") || !strings.HasSuffix(segment, "}") {
		return "", false
	}
	return strings.TrimSuffix(segment[1:len(segment)-1], "..."), true
}

func isRest(segment string) bool { return strings.HasSuffix(segment, "...}") }

// segments are the unescaped segments of a path; false for a path that two servers could read differently.
func segments(u *url.URL) (all []string, ok bool) {
	rest, found := strings.CutPrefix(u.EscapedPath(), "/")
	if !found {
		return nil, false
	}
	all = strings.Split(rest, "/")
	for i, escaped := range all {
		s, err := url.PathUnescape(escaped)
		if err != nil || s == "." || s == ".." || (s == "" && i < len(all)-1) ||
			strings.ContainsFunc(s, func(c rune) bool { return c == '/' || c == '\\' || c < ' ' || c == 0x7f }) {
			return nil, false
		}
		all[i] = s
	}
	return all, true
}
