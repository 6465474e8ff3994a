package tokenpreviewprocessor

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// added are the attributes that the processor may add to a span. The README lists them.
var added = []string{
	semconv.TokenInput, semconv.TokenOutput, semconv.UsageScope, semconv.UsageInference, semconv.UsageReplay, semconv.CostUSD, semconv.CostSource,
	semconv.CostTableVersion, semconv.GenAIInputTokens, semconv.GenAIOutputTokens, semconv.GenAICacheReadTokens, semconv.GenAICacheWriteTokens,
	semconv.GenAIReasoningTokens, semconv.GenAIAudioInputTokens, semconv.GenAIAudioOutputTokens, semconv.AIKind, semconv.AIModelRequested,
	semconv.AIModelActual, semconv.AIProvider, semconv.GenAIOperation, semconv.GenAIRequestModel, semconv.GenAIResponseModel, semconv.GenAIProvider,
	semconv.GenAIResponseID, semconv.GenAIConversationID, semconv.ExecutionThread, semconv.ExecutionID, semconv.WorkflowID, semconv.GenAIWorkflowName, semconv.NodeID,
	semconv.NodeDisplayName, semconv.ArtifactIDs, inputValue, outputValue, semconv.RedactionCount, semconv.RedactionRules,
}

// examples are the spans of every dialect: recorded ones and those made by hand.
func examples(t testing.TB) map[string]ptrace.Traces {
	t.Helper()
	list := map[string]ptrace.Traces{}
	for _, pattern := range []string{"captures/*/*.json", "handmade/*.json"} {
		paths, err := filepath.Glob(filepath.Join("..", "..", "internal", "genai", "testdata", pattern))
		require.NoError(t, err)
		for _, path := range paths {
			if strings.HasSuffix(path, ".want.json") || strings.HasSuffix(path, ".logs.json") {
				continue
			}
			raw, err := os.ReadFile(path)
			require.NoError(t, err)
			traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(raw)
			require.NoError(t, err, path)
			list[filepath.Base(filepath.Dir(path))+"/"+strings.TrimSuffix(filepath.Base(path), ".json")] = traces
		}
	}
	require.NotEmpty(t, list)
	return list
}

// What was sent stays, what comes on top is documented, and a second tier adds nothing, whatever happens to the content.
func TestEveryDialectIsAddedToAndLeftAlone(t *testing.T) {
	for name, sent := range examples(t) {
		t.Run(name, func(t *testing.T) {
			for _, policy := range []ContentPolicy{ContentKeep, ContentPreview, ContentDrop} {
				p := newProcessor(t, func(c *Config) { c.Content, c.Redaction.Enabled = policy, false })
				once := processed(t, p, sent)
				if first, second := asJSON(t, once), asJSON(t, processed(t, p, once)); first != second {
					t.Errorf("content %s, a second tier: %s", policy, difference(first, second))
				}
				eachSpan(sent, once, func(before, after ptrace.Span) {
					for key := range after.Attributes().All() {
						_, was := before.Attributes().Get(key)
						assert.True(t, was || slices.Contains(added, key), "%s was added", key)
					}
					if policy == ContentKeep {
						before.Attributes().Range(func(key string, v pcommon.Value) bool {
							now, ok := after.Attributes().Get(key)
							return assert.True(t, ok && now.Equal(v), key)
						})
					}
				})
			}
		})
	}
}

// Nothing of what was said is left in the attributes and events that hold content, once it is dropped.
func TestDroppedContentIsGoneFromEveryDialect(t *testing.T) {
	const said = "cloudy in Paris"
	for name, sent := range examples(t) {
		if !strings.Contains(asJSON(t, sent), said) {
			continue
		}
		p := newProcessor(t, func(c *Config) { c.Content, c.PreviewMaxLength = ContentDrop, 16 })
		assert.NotContains(t, asJSON(t, processed(t, p, sent)), said, name)
	}
}

// Orcheo adds orcheo.token.* up over all spans, so only calls may have them.
func TestOnlyCallsGetOrcheosTokenFigures(t *testing.T) {
	for name, sent := range examples(t) {
		p := newProcessor(t, nil)
		eachSpan(sent, processed(t, p, sent), func(_, after ptrace.Span) {
			_, counted := after.Attributes().Get(semconv.TokenInput)
			scope, _ := after.Attributes().Get(semconv.UsageScope)
			if kind, ok := after.Attributes().Get(semconv.AIKind); ok && counted {
				assert.Contains(t, []genai.Kind{genai.KindLLM, genai.KindEmbedding, genai.KindRerank}, genai.Kind(kind.Str()), "%s: %s", name, after.Name())
			}
			if counted {
				assert.Equal(t, semconv.UsageScopeCall, scope.Str(), "%s: %s", name, after.Name())
			}
		})
	}
}

func TestReadmeNamesEveryDialectAndWhatIsAdded(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for _, d := range genai.Dialects() {
		assert.Contains(t, string(readme), "| `"+d.Name+"` ")
	}
	for _, key := range added {
		assert.Contains(t, string(readme), "`"+key+"`")
	}
	assert.Contains(t, string(readme), fmt.Sprintf("whichever of %d dialects", len(genai.Dialects())))
}

// eachSpan visits the spans of two copies of the same traces side by side.
func eachSpan(a, b ptrace.Traces, visit func(a, b ptrace.Span)) {
	for i := range a.ResourceSpans().Len() {
		for j := range a.ResourceSpans().At(i).ScopeSpans().Len() {
			x, y := a.ResourceSpans().At(i).ScopeSpans().At(j).Spans(), b.ResourceSpans().At(i).ScopeSpans().At(j).Spans()
			for k := range x.Len() {
				visit(x.At(k), y.At(k))
			}
		}
	}
}
