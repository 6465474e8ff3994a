package environment

// shared is what one .env tells the backend and us. Zero: not said.
type shared struct {
	serviceName                string
	highTokens, previewMaxSize int64
}

// The bounds of the tokenpreview processor.
const (
	minPreview, maxPreview = 16, 65536
	maxTokens              = 1 << 53
)

func (v *variables) readShared() shared {
	name, _ := v.text(OrcheoServiceName)
	return shared{
		serviceName:    name,
		highTokens:     v.integer(1, maxTokens, OrcheoHighTokenThreshold),
		previewMaxSize: v.integer(minPreview, maxPreview, OrcheoPreviewMaxLength),
	}
}

func (s shared) overlay() map[string]any {
	preview, server := map[string]any{}, map[string]any{}
	conf := map[string]any{
		"processors": map[string]any{"tokenpreview": preview},
		"extensions": map[string]any{"canvasserver": server},
	}
	if s.serviceName != "" {
		// Only where a resource has no name: what a sender calls itself stays.
		conf["processors"].(map[string]any)["resource/service_name"] = map[string]any{"attributes": []any{
			map[string]any{"key": "service.name", "value": literal(s.serviceName), "action": "insert"},
		}}
		conf["service"] = map[string]any{"pipelines": map[string]any{"traces/live": map[string]any{
			"processors": []any{"memory_limiter", "resource/service_name", "tokenpreview"},
		}}}
	}
	if s.highTokens > 0 {
		preview["high_token_threshold"] = s.highTokens
		server["thresholds"] = map[string]any{"high_tokens": s.highTokens}
	}
	if s.previewMaxSize > 0 {
		preview["preview_max_length"] = s.previewMaxSize
	}
	return conf
}
