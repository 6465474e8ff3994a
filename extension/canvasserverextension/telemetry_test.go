package canvasserverextension

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// counted is the value of a counter for one label, 0 if there is none.
func (w *world) counted(name, key, value string) int64 {
	m, err := w.tel.GetMetric("otelcol_canvasserver_" + name)
	if err != nil {
		return 0
	}
	var sum int64
	for _, p := range m.Data.(metricdata.Sum[int64]).DataPoints {
		if v, ok := p.Attributes.Value(attribute.Key(key)); key == "" || (ok && v.AsString() == value) {
			sum += p.Value
		}
	}
	return sum
}

func (w *world) connections(transport string) int64 {
	return w.counted("connections", "transport", transport)
}

func (w *world) rejections(why rejection) int64 {
	return w.counted("rejected_handshakes", "reason", string(why))
}

func (w *world) endings(why ending) int64 {
	return w.counted("closed_connections", "reason", string(why))
}
