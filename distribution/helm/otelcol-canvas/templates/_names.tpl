{{- define "labels" -}}
app.kubernetes.io/name: otelcol-canvas
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}
{{- define "from" -}}
{{- range . }}
        - namespaceSelector:
            matchLabels: {kubernetes.io/metadata.name: {{ . | quote }}}
{{- end }}
{{- end -}}
