package genai

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// parsed is text decoded and rendered as JSON again; "" if it is neither JSON nor a Python literal.
func parsed(text string) string {
	var t tree
	t.reset()
	v, ok := t.parse(text)
	if !ok {
		return ""
	}
	return compact(v, 1<<20)
}

func TestJSONAndPythonAreParsed(t *testing.T) {
	for text, want := range map[string]string{
		`{"a": [1, 2.50, -3e2, true, null], "b": {}}`:        `{"a":[1,2.50,-3e2,true,null],"b":{}}`,
		`{'a': None, 'b': True, 'c': (1, 2,), 'd': 'it\'s'}`: `{"a":null,"b":true,"c":[1,2],"d":"it's"}`,
		`{"a": "é😀\n\t\"\\\/"}`:                              `{"a":"é😀\n\t\"\\/"}`,
		`['\x41', "\U0001f600"]`:                             `["A","😀"]`,
		`["\ud83d", "\ud83dx"]`:                              "[\"\uFFFD\",\"\uFFFDx\"]",
		`"\"[1]\""`:                                          `"\"[1]\""`,
		`[NaN, Infinity]`:                                    `[null,null]`,
		`[]`:                                                 `[]`,
		`[1,]`:                                               `[1]`,
		`[1 2]`:                                              "",
		`[1`:                                                 "",
		`{"a"}`:                                              "",
		`{"a":}`:                                             "",
		`{a: 1}`:                                             "",
		`["a]`:                                               "",
		`["\"]`:                                              "",
		`[HumanMessage(content='a')]`:                        "",
		`(see below)`:                                        "",
		`[x]`:                                                "",
		`plain`:                                              "",
		``:                                                   "",
		strings.Repeat("[", 40) + strings.Repeat("]", 40): "",
		"[" + strings.Repeat("0,", maxNodes) + "0]":       "",
		`[1] and more]`: "",
		strings.Repeat("[", 20) + strings.Repeat("]", 20) + " ": strings.Repeat("[", 20) + strings.Repeat("]", 20),
	} {
		assert.Equal(t, want, parsed(text), "%.60s", text)
	}
}

func TestAFailedParseLeavesNothingBehind(t *testing.T) {
	var tr tree
	tr.reset()
	before := len(tr.nodes)
	_, ok := tr.parse(`[1,2,[3,"x"],]]`)
	assert.False(t, ok)
	assert.Len(t, tr.nodes, before)
}

// Whatever encoding/json accepts is read as it reads it; what is not accepted is never shown as anything but text.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,2.5,null,true],"b":"\u00e9\ud83d\ude00"}`, `{'a': (None, True), "b": 'x\'y'}`, `[[[["\\"]]]]`, "[\"\xff\"]", `["\ud800"]`, `{"":{"":""}}`, `[-0, 1e400]`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var tr tree
		tr.reset()
		v, ok := tr.parse(text)
		if len(tr.nodes) > maxNodes {
			t.Fatalf("%d nodes", len(tr.nodes))
		}
		w := writer{limit: 300}
		w.content(v, 0)
		if !utf8.ValidString(w.String()) || w.Len() > 300 {
			t.Fatalf("%q", w.String())
		}
		var plain any
		if json.Unmarshal([]byte(text), &plain) != nil || !looksComposite(text) || len(text) > 1000 || nesting(plain) > maxNesting {
			return
		}
		if !ok {
			t.Fatalf("JSON is not parsed: %q", text)
		}
		if s, isText := plain.(string); isText && v.str() != s && utf8.ValidString(text) {
			t.Fatalf("%q is read as %q", text, v.str())
		}
	})
}

func looksComposite(text string) bool {
	text = strings.TrimSpace(text)
	return text != "" && strings.IndexByte(`[{"`, text[0]) >= 0
}

func nesting(v any) int {
	deepest := 0
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			deepest = max(deepest, nesting(element))
		}
	case map[string]any:
		for _, element := range v {
			deepest = max(deepest, nesting(element))
		}
	default:
		return 0
	}
	return deepest + 1
}

func TestFlattenedKeysAreBounded(t *testing.T) {
	attrs := map[string]any{
		"gen_ai.prompt":                                           "the same name, not flattened",
		"gen_ai.prompt.0.role":                                    "system",
		"gen_ai.prompt.0.content":                                 "first",
		"gen_ai.prompt.10.content":                                "eleventh",
		"gen_ai.prompt.9.content":                                 "tenth",
		"gen_ai.prompt.999999999.content":                         "last",
		"gen_ai.prompt.x.content":                                 "no index",
		"gen_ai.prompt.9.content.0.text":                          "below a text",
		"gen_ai.prompt.10.tool_calls.0.name":                      "f",
		"gen_ai.prompt.10.tool_calls.0.id":                        "c",
		"gen_ai.usage.input_tokens":                               int64(7),
		"gen_ai.usage.input_tokens.cached":                        int64(3),
		"gen_ai.prompt.4.content.a.b.c.d.e.f":                     "deep",
		"gen_ai.prompt." + strings.Repeat("0.", 5000) + "content": "deeper",
	}
	r := read(t, "", "x", attrs)
	var texts []string
	for _, m := range r.Messages {
		texts = append(texts, m.Text(100))
	}
	assert.Contains(t, texts, "first")
	assert.Less(t, slices.Index(texts, "below a text"), slices.Index(texts, "eleventh\nf()"))
	assert.Less(t, slices.Index(texts, "eleventh\nf()"), slices.Index(texts, "last"))
	assert.EqualValues(t, 7, r.Usage.Input.N)
	assert.EqualValues(t, 3, r.Usage.CacheRead.N)

	many := map[string]any{}
	for i := range 3000 {
		many["gen_ai.prompt."+strconv.Itoa(i*1000)+".content"] = strconv.Itoa(i)
	}
	assert.Len(t, read(t, "", "x", many).Messages, maxFlatMessages)
}

// Any attribute under any key that a table names, and any name of a span or an event, is read in bounded work and rendered as
// valid text.
func FuzzRead(f *testing.F) {
	engine := NewEngine(Dialects())
	var keys []string
	for _, root := range engine.index.roots {
		for key := range root.keys {
			keys = append(keys, key)
		}
		for _, p := range root.prefixes {
			keys = append(keys, p.prefix+"0.content", p.prefix+"999999999.message.content")
		}
	}
	slices.Sort(keys)
	f.Add(uint16(1), uint16(2), uint16(3), `{"input_tokens":5}`, `[{"role":"user","content":"x"}]`, int64(7))
	f.Add(uint16(40), uint16(80), uint16(120), `{'a': None}`, "\xff", int64(-1))
	f.Fuzz(func(t *testing.T, a, b, c uint16, first, second string, n int64) {
		span := ptrace.NewSpan()
		require.NoError(t, span.Attributes().FromRaw(map[string]any{
			keys[int(a)%len(keys)]: first, keys[int(b)%len(keys)]: second, keys[int(c)%len(keys)]: n,
			"openinference.span.kind": "LLM", "traceloop.span.kind": "", "langfuse.observation.type": first, "genkit:type": second, "mlflow.spanType": "LLM",
		}))
		event := span.Events().AppendEmpty()
		event.SetName("gen_ai.user.message")
		event.Attributes().PutStr("content", first)
		reader := engine.NewReader()
		r := reader.Read("langsmith", span)
		for _, m := range r.Messages {
			if text := m.Text(200); !utf8.ValidString(text) || len(text) > 200 {
				t.Fatalf("%q", text)
			}
		}
		if text := r.Tool.Text(200) + r.Tool.ResultText(200); !utf8.ValidString(text) && utf8.ValidString(r.Tool.Name) {
			t.Fatalf("%q", text)
		}
		if r.Usage.Input.N < 0 || r.Usage.Input.N > maxCount || r.Cost < 0 || len(r.Artifacts) > maxArtifacts {
			t.Fatalf("%+v", r.Usage)
		}
		if again := reader.Read("langsmith", span); again.Usage.Input != r.Usage.Input {
			t.Fatal("a second reading says something else")
		}
	})
}
