// Package dashboards describes the Grafana dashboards of the distribution. The JSON files beside it, which Grafana 11 and
// later import, are made from it.
package dashboards

//go:generate go run ./generate

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Dashboard is a page of panels in rows.
type Dashboard struct {
	UID         string // also the name of its file
	Title       string
	Description string
	From        string // the time shown at first, such as now-24h
	Rows        []Row
}

// Row is a heading with the panels below it, four stats or two graphs side by side.
type Row struct {
	Title  string
	Panels []Panel
}

// Kind is how a panel draws its figures.
type Kind string

// The kinds of panels in use.
const (
	Graph Kind = "timeseries"
	Stat  Kind = "stat"
	Bars  Kind = "bargauge"
)

// Panel shows what a few queries give, all in one unit.
type Panel struct {
	Kind        Kind
	Title       string
	Description string  // what it tells, and what to do about it
	Unit        string  // one of Grafana's unit ids
	Warn        float64 // where the figure turns yellow; 0 is nowhere
	Alarm       float64 // … and red
	Queries     []Query
}

// Query is a PromQL expression, and the legend of its series.
type Query struct{ Expr, Legend string }

// All are the dashboards of the distribution.
func All() []Dashboard { return []Dashboard{first24Hours(), reviewAfterAWeek()} }

// FileName is the file that the dashboard is kept in.
func (d Dashboard) FileName() string { return d.UID + ".json" }

const (
	columns     = 24 // of Grafana's grid
	graphWidth  = columns / 2
	graphHeight = 8
	statWidth   = columns / 4
	statHeight  = 4
)

// JSON is the dashboard as Grafana imports it.
func (d Dashboard) JSON() ([]byte, error) {
	var panels []any
	y := 0
	for _, row := range d.Rows {
		panels = append(panels, object{
			"id": len(panels) + 1, "type": "row", "title": row.Title, "collapsed": false, "panels": []any{}, "gridPos": grid(0, y, columns, 1),
		})
		y++
		x, height := 0, 0
		for _, p := range row.Panels {
			w, h := p.size()
			if x+w > columns {
				x, y = 0, y+height
			}
			panels = append(panels, p.object(len(panels)+1, grid(x, y, w, h)))
			x, height = x+w, h
		}
		y += height
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(object{
		"uid": d.UID, "title": d.Title, "description": d.Description, "tags": []string{"otelcol-canvas"},
		"schemaVersion": 41, "version": 1, "editable": true, "graphTooltip": 1, "refresh": "1m", "timezone": "browser",
		"time": object{"from": d.From, "to": "now"}, "templating": object{"list": variables()}, "panels": panels,
	})
	if err != nil {
		return nil, fmt.Errorf("write dashboard %s: %w", d.UID, err)
	}
	return out.Bytes(), nil
}

type object = map[string]any

func grid(x, y, w, h int) object { return object{"x": x, "y": y, "w": w, "h": h} }

func (p Panel) size() (width, height int) {
	if p.Kind == Stat {
		return statWidth, statHeight
	}
	return graphWidth, graphHeight
}

var source = object{"type": "prometheus", "uid": "${datasource}"}

func (p Panel) object(id int, position object) object {
	var targets []any
	for i, q := range p.Queries {
		targets = append(targets, object{
			"refId": string(rune('A' + i)), "datasource": source, "expr": q.Expr, "legendFormat": q.Legend,
			"instant": p.Kind != Graph, "range": p.Kind == Graph,
		})
	}
	defaults := object{"unit": p.Unit, "min": 0, "thresholds": p.thresholds(), "noValue": "none so far"}
	options := object{"legend": object{"displayMode": "list", "placement": "bottom", "showLegend": true}, "tooltip": object{"mode": "multi", "sort": "desc"}}
	if p.Kind == Graph {
		defaults["custom"] = object{"drawStyle": "line", "fillOpacity": 10, "showPoints": "never", "spanNulls": true, "thresholdsStyle": object{"mode": p.thresholdStyle()}}
	} else {
		options = object{"reduceOptions": object{"calcs": []string{"lastNotNull"}, "fields": "", "values": false}, "orientation": "auto"}
	}
	return object{
		"id": id, "type": string(p.Kind), "title": p.Title, "description": p.Description, "gridPos": position, "datasource": source,
		"targets": targets, "fieldConfig": object{"defaults": defaults, "overrides": []any{}}, "options": options,
	}
}

func (p Panel) thresholds() object {
	steps := []any{object{"color": "green", "value": nil}}
	if p.Warn > 0 {
		steps = append(steps, object{"color": "yellow", "value": p.Warn})
	}
	if p.Alarm > 0 {
		steps = append(steps, object{"color": "red", "value": p.Alarm})
	}
	return object{"mode": "absolute", "steps": steps}
}

func (p Panel) thresholdStyle() string {
	if p.Warn > 0 || p.Alarm > 0 {
		return "dashed"
	}
	return "off"
}

// variables are the data source, and the collectors to look at.
func variables() []any {
	return []any{
		object{"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus", "refresh": 1, "hide": 0, "current": object{}},
		object{
			"name": "instance", "label": "Collector", "type": "query", "datasource": source, "refresh": 2, "sort": 1,
			"definition": instances, "query": object{"query": instances, "refId": "instances"},
			"includeAll": true, "allValue": ".*", "multi": true, "current": object{"text": "All", "value": "$__all"},
		},
	}
}

const instances = `label_values(otelcol_process_uptime{job="otelcol-canvas"}, instance)`
