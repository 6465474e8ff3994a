package redact

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/redact/redacttest"
)

// oneHitIn is in how many look-alikes of a class one may be hit.
const oneHitIn = 1_000

// places are where a text can be in OTLP; each returns everything that is shown of it afterwards.
var places = map[string]func(r *Redactor, text string) (string, Hits){
	"text":             (*Redactor).String,
	"attribute":        inMap(func(m pcommon.Map, text string) { m.PutStr("note", text) }),
	"attribute's name": inMap(func(m pcommon.Map, text string) { m.PutInt(text, 1) }),
	"bytes":            inMap(func(m pcommon.Map, text string) { m.PutEmptyBytes("raw").FromRaw([]byte(text)) }),
	"structure": inMap(func(m pcommon.Map, text string) {
		m.PutEmptySlice("messages").AppendEmpty().SetEmptyMap().PutEmptySlice("parts").AppendEmpty().SetStr(text)
	}),
	"span name": func(r *Redactor, text string) (string, Hits) {
		var hits Hits
		p := r.NewPass()
		p.Text(text, func(s string) { text = s }, &hits)
		return text, hits
	},
}

var placeNames = []string{"text", "attribute", "attribute's name", "bytes", "structure", "span name"}

func inMap(plant func(m pcommon.Map, text string)) func(*Redactor, string) (string, Hits) {
	return func(r *Redactor, text string) (string, Hits) {
		m := pcommon.NewMap()
		plant(m, text)
		var hits Hits
		p := r.NewPass()
		p.Map(m, &hits)
		return shownOf(m), hits
	}
}

// shownOf is all text in m as it is, without escapes.
func shownOf(m pcommon.Map) string {
	var b strings.Builder
	for key, v := range m.All() {
		b.WriteString(key)
		switch v.Type() {
		case pcommon.ValueTypeBytes:
			b.Write(v.Bytes().AsRaw())
		case pcommon.ValueTypeSlice:
			b.WriteString(v.Slice().At(0).Map().AsRaw()["parts"].([]any)[0].(string))
		default:
			b.WriteString(v.Str())
		}
	}
	return b.String()
}

// wrapping is what a text is put into.
func wrap(r *rand.Rand, s redacttest.Sample) redacttest.Sample {
	switch r.IntN(6) {
	case 0:
		return redacttest.InJSON(r, redacttest.Surround(r, s), 1)
	case 1:
		return redacttest.InJSON(r, redacttest.Surround(r, s), 2)
	case 2:
		return redacttest.InJSON(r, redacttest.Surround(r, s), 3)
	case 3:
		return redacttest.Surround(r, redacttest.InBase64(r, redacttest.Sample{Text: "config: " + s.Text + "\n"}))
	}
	return redacttest.Surround(r, s)
}

// generate draws so many of every class, and calls check with each, on all processors.
func generate(t *testing.T, classes []redacttest.Class, check func(t *testing.T, r *rand.Rand, class redacttest.Class)) {
	n := samplesOfAClass
	if testing.Short() {
		n /= 10
	}
	seed := uint64(time.Now().UnixNano())
	for i, class := range classes {
		t.Run(class.Name, func(t *testing.T) {
			t.Parallel()
			t.Cleanup(func() {
				if t.Failed() {
					t.Logf("seed %d", seed)
				}
			})
			r := rand.New(rand.NewPCG(seed, uint64(i)))
			for n := n; n > 0 && !t.Failed(); n-- {
				check(t, r, class)
			}
		})
	}
}

func TestNoGeneratedSecretIsShown(t *testing.T) {
	redactor := newRedactor(t, Config{})
	classes := slices.Concat(redacttest.Keys(), redacttest.Credentials(), redacttest.Personal())
	generate(t, classes, func(t *testing.T, r *rand.Rand, class redacttest.Class) {
		sample := wrap(r, class.Make(r))
		place := placeNames[r.IntN(len(placeNames))]
		if shown, _ := places[place](redactor, sample.Text); redacttest.Shows(shown, sample.Secret) {
			t.Errorf("%s, shown in a %s: %q\n%q\n%q", class.Name, place, sample.Secret, sample.Text, shown)
		}
	})
}

func TestLookAlikesStay(t *testing.T) {
	redactor := newRedactor(t, Config{})
	var mu sync.Mutex
	drawn, hit, listed := map[string]int{}, map[string]int{}, map[string][]string{}
	t.Run("classes", func(t *testing.T) {
		generate(t, redacttest.LookAlikes(), func(_ *testing.T, r *rand.Rand, class redacttest.Class) {
			sample := redacttest.Surround(r, class.Make(r))
			shown, hits := places[placeNames[r.IntN(len(placeNames))]](redactor, sample.Text)
			mu.Lock()
			defer mu.Unlock()
			drawn[class.Name]++
			if len(hits) > 0 {
				hit[class.Name]++
				listed[class.Name] = append(listed[class.Name], fmt.Sprintf("%v %q -> %q", hits, sample.Text, shown))
			}
		})
	})
	for name, n := range hit {
		t.Logf("%s: %d of %d are hit, the first are\n\t%s", name, n, drawn[name], strings.Join(listed[name][:min(3, n)], "\n\t"))
		assert.LessOrEqual(t, n*oneHitIn, drawn[name], name)
	}
}
