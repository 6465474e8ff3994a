package tokenpreviewprocessor

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/price"
	"github.com/orcheo/otelcol-canvas/internal/redact"
	"github.com/orcheo/otelcol-canvas/processor/tokenpreviewprocessor/internal/metadata"
)

func TestConfig(t *testing.T) {
	files, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	with := func(change func(*Config)) *Config {
		cfg := createDefaultConfig().(*Config)
		change(cfg)
		return cfg
	}
	for _, tt := range []struct {
		name  string
		want  *Config
		wrong []string // parts of the error
	}{
		{name: "", want: with(func(*Config) {})},
		{name: "all", want: with(func(c *Config) {
			c.PreviewMaxLength, c.HighTokenThreshold, c.MaxMessages, c.Content = 200, 5000, 6, ContentPreview
			c.Redaction = RedactionConfig{
				Enabled: true, Marker: "<hidden>", MaxValueBytes: 65536,
				Rules:    RulesConfig{Disable: []string{"phone", "email"}},
				Custom:   []CustomRule{{Name: "employee_number", Literal: "EMP-", Pattern: `EMP-\d{6}`}},
				KeyNames: []string{"patient_id"},
				Allow:    []string{"support@example.com"},
			}
			in, out, cached := 2.0, 8.0, 0.5
			c.Prices = price.Config{
				Enabled: true, File: "prices.json", ReloadInterval: 10 * time.Second,
				Overrides: []price.Override{{Provider: "azure", Model: "our-deployment*", Input: &in, Output: &out, CacheRead: &cached}},
			}
		})},
		{name: "off", want: with(func(c *Config) { c.Redaction.Enabled = false })},
		{name: "identity", want: with(func(c *Config) { c.Identity.ExecutionFrom = []string{"langsmith.trace.id"} })},
		{name: "wrong_identity", wrong: []string{"identity", "execution_from has an empty key"}},
		{name: "wrong_prices", wrong: []string{"prices", "overrides", "input"}},
		{name: "wrong_numbers", wrong: []string{"preview_max_length is 3", "high_token_threshold is 0", "max_messages is 0", `content is "shred": set keep, preview or drop`}},
		{name: "wrong_redaction", wrong: []string{"redaction", "marker", `no rule "emial"`, `"Employee"`, "literal", "pattern", "key_names[0]", "max_value_bytes is -1"}},
	} {
		t.Run("tokenpreview/"+tt.name, func(t *testing.T) {
			sub, err := files.Sub(component.NewIDWithName(metadata.Type, tt.name).String())
			require.NoError(t, err)
			cfg := createDefaultConfig()
			require.NoError(t, sub.Unmarshal(cfg))
			err = confmap.Validate(cfg)
			if tt.want != nil {
				require.NoError(t, err)
				assert.Equal(t, tt.want, cfg)
			}
			for _, part := range tt.wrong {
				assert.ErrorContains(t, err, part)
			}
		})
	}
}

func TestReadmeNamesEveryRuleAndEveryIdentifier(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for _, name := range append(redact.RuleNames(), redact.RuleKeyName, redact.RuleTooLarge, redact.RuleTooDeep, redact.RuleTooDense, redact.RuleNotSettling, redact.RuleFailed) {
		assert.Contains(t, string(readme), name)
	}
	for _, key := range genai.NewEngine(genai.Dialects()).Identity() {
		assert.Contains(t, string(readme), "`"+key+"`")
	}
}
