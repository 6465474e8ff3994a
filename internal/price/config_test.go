package price

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
)

func TestConfig(t *testing.T) {
	files, err := confmaptest.LoadConf("testdata/config.yaml")
	require.NoError(t, err)
	for _, tt := range []struct {
		name  string
		want  Config
		wrong []string // parts of the error
	}{
		{name: "default", want: DefaultConfig()},
		{name: "all", want: Config{
			Enabled: true, File: "/etc/prices.json", ReloadInterval: 10 * time.Second,
			Overrides: []Override{
				{Provider: "azure", Model: "my-deployment", Input: new(2.5), Output: new(10.0), CacheRead: new(1.25)},
				{Provider: "ollama", Model: "*", Input: new(0.0), Output: new(0.0)},
				{
					Model: "house-*", Input: new(1.0), Output: new(2.0), CacheRead: new(0.1), CacheWrite: new(1.5), CacheWrite1h: new(2.0),
					AudioInput: new(3.0), AudioOutput: new(4.0),
				},
			},
		}},
		{name: "off", want: Config{ReloadInterval: time.Minute}},
		{name: "wrong", wrong: []string{
			"reload_interval is 1ms: set 1s or more",
			`model "half": set both input and output`, "model is empty", `"a*b": * may only be its end`,
			"input is -1", "output is NaN", "cache_read is +Inf", "audio_input is 2e+06",
			"overrides[5] is for the same provider and model as overrides[4]",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sub, err := files.Sub(tt.name)
			require.NoError(t, err)
			cfg := DefaultConfig()
			require.NoError(t, sub.Unmarshal(&cfg))
			err = confmap.Validate(&cfg)
			_, bookErr := NewBook(cfg, Notices{})
			if tt.wrong == nil {
				require.NoError(t, err)
				require.NoError(t, bookErr)
				assert.Equal(t, tt.want, cfg)
			}
			for _, part := range tt.wrong {
				assert.ErrorContains(t, err, part)
				assert.ErrorContains(t, bookErr, part)
			}
		})
	}
}
