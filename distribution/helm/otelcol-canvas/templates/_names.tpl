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
{{- define "collector" -}}
{{ include "labels" . }}
app.kubernetes.io/component: collector
{{- end -}}
{{- define "router" -}}
{{ include "labels" . }}
app.kubernetes.io/component: router
{{- end -}}
{{- define "front" -}}
{{- if .Values.router.enabled }}{{ include "router" . }}{{ else }}{{ include "collector" . }}{{ end }}
{{- end -}}
{{- define "pod" -}}
automountServiceAccountToken: false
terminationGracePeriodSeconds: 60
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile: {type: RuntimeDefault}
{{- end -}}
{{- define "container" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}
{{- define "collectors" -}}
{{- $all := list -}}
{{- range $i := until (int .root.Values.replicas) -}}
{{- $all = append $all (printf "%s://%s-%d.%s-collectors:%d" $.scheme $.root.Release.Name $i $.root.Release.Name (int $.port)) -}}
{{- end -}}
{{- join "," $all -}}
{{- end -}}
{{- define "claim" -}}
accessModes: [ReadWriteOnce]
{{- with .Values.persistence.storageClass }}
storageClassName: {{ . }}
{{- end }}
resources:
  requests: {storage: {{ .Values.persistence.size }}}
{{- end -}}
