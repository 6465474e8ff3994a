package price

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/price/genaiprices"
)

// Table is a table of prices with what configuration overrides in it. It is immutable and safe for concurrent use.
type Table struct {
	version   string
	skipped   int
	models    int
	providers []provider
	byID      map[string]*provider
	overrides []override
	lookups   *lookups
}

type provider struct {
	id        string
	name      matcher // recognises another name of the provider
	modelName matcher // recognises names of the provider's own models
	fallbacks []string
	models    []model
	exact     map[string]int // the first model of each full name, because most rules are that
	rules     []rule         // the other rules, in the order of models
}

type rule struct {
	matcher
	model int
}

type model struct {
	dated    []dated // at least one
	variants []variant
}

type dated struct {
	period
	rates
}

type variant struct {
	dated
	when map[string]string
}

// maxTable bounds a table, unpacked; the embedded one is below 1 MiB.
const maxTable = 32 << 20

// Load reads a table in the form of package genaiprices, which may be compressed with gzip. The version is what a Cost shows
// as its source. Load reads up to 32 MiB and refuses what is larger or is no such table; clauses that it cannot evaluate
// match nothing and are counted (Skipped).
func Load(r io.Reader, version string) (*Table, error) {
	data, err := readAll(r, maxTable)
	if err != nil {
		return nil, err
	}
	listed, err := genaiprices.Parse(data)
	if err != nil {
		return nil, err
	}
	t := &Table{version: version, byID: map[string]*provider{}, lookups: newLookups(), providers: make([]provider, len(listed))}
	for i, from := range listed {
		if t.providers[i], err = t.compileProvider(from); err != nil {
			return nil, fmt.Errorf("provider %.100q: %w", from.ID, err)
		}
	}
	for i := range t.providers {
		p := &t.providers[i]
		t.models += len(p.models)
		if _, ok := t.byID[p.id]; !ok {
			t.byID[p.id] = p
		}
	}
	return t, nil
}

// readAll reads up to limit bytes, and unpacks them to as many.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	data, err := readBounded(r, limit)
	if err != nil || !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return data, err
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("unpack with gzip: %w", err)
	}
	return readBounded(unpacked, limit)
}

func readBounded(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("the table is larger than %d bytes", limit)
	}
	return data, err
}

func (t *Table) compileProvider(from genaiprices.Provider) (provider, error) {
	p := provider{id: strings.ToLower(from.ID), fallbacks: from.Fallbacks, models: make([]model, len(from.Models)), exact: map[string]int{}}
	if from.ProviderMatch != nil {
		p.name = compileClause(*from.ProviderMatch, &t.skipped)
	}
	if from.ModelMatch != nil {
		p.modelName = compileClause(*from.ModelMatch, &t.skipped)
	}
	for i, listed := range from.Models {
		m, err := compileModel(listed)
		if err != nil {
			return p, fmt.Errorf("model %.100q: %w", listed.ID, err)
		}
		p.models[i] = m
		p.recognise(i, compileClause(listed.Match, &t.skipped))
	}
	return p, nil
}

// recognise adds the rule of a model, after those of the models before it.
func (p *provider) recognise(model int, match matcher) {
	rest := match.split(func(name string) {
		if _, ok := p.exact[name]; !ok {
			p.exact[name] = model
		}
	})
	if rest.op != opNothing {
		p.rules = append(p.rules, rule{rest, model})
	}
}

// model is the first in the table that recognises a name in lower case; nil if none does.
func (p *provider) model(name string) *model {
	first, ok := p.exact[name]
	if !ok {
		first = len(p.models)
	}
	for i := range p.rules {
		if r := &p.rules[i]; r.model >= first {
			break
		} else if r.matches(name) {
			return &p.models[r.model]
		}
	}
	if !ok {
		return nil
	}
	return &p.models[first]
}

func compileModel(from genaiprices.Model) (model, error) {
	var m model
	for _, listed := range from.Prices {
		d, err := compileDated(listed)
		if err != nil {
			return m, err
		}
		m.dated = append(m.dated, d)
	}
	if len(m.dated) == 0 {
		return m, errors.New("it has no prices; a model that is free has an empty set of them")
	}
	for _, listed := range from.Variants {
		d, err := compileDated(genaiprices.Dated{Constraint: listed.Constraint, Rates: listed.Rates})
		if err != nil {
			return m, err
		}
		if len(listed.When) > 0 {
			m.variants = append(m.variants, variant{dated: d, when: listed.When})
		}
	}
	return m, nil
}

func compileDated(from genaiprices.Dated) (dated, error) {
	p, err := compilePeriod(from.Constraint)
	return dated{period: p, rates: compileRates(from.Rates)}, err
}

// Version tells where the prices come from, and of when they are.
func (t *Table) Version() string { return t.version }

// Models is how many entries the table has, over all providers.
func (t *Table) Models() int { return t.models }

// Skipped is how many clauses of the table match nothing because they could not be evaluated.
func (t *Table) Skipped() int { return t.skipped }

// ratesAt are the rates of a moment: the last whose period holds, and the first where none does.
func (m *model) ratesAt(at time.Time) *rates {
	for i := len(m.dated) - 1; i > 0; i-- {
		if m.dated[i].holds(at) {
			return &m.dated[i].rates
		}
	}
	return &m.dated[0].rates
}
