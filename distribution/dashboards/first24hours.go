package dashboards

// all chooses the collectors that the reader of the dashboard has chosen.
const all = `job="otelcol-canvas", instance=~"$instance"`

func first24Hours() Dashboard {
	return Dashboard{
		UID: "otelcol-canvas-first-24-hours", Title: "Trace tab: first 24 hours", From: "now-24h",
		Description: "Is it all there, in time, and is there room? Each panel belongs to an alert of docs/operations.md.",
		Rows: []Row{
			{"In short", []Panel{
				{
					Stat, "Spans received", "Spans a second that the receivers took. None: nobody sends, or senders cannot log in.", "suffix:spans/s", 0, 0,
					[]Query{{`sum(rate(otelcol_receiver_accepted_spans{` + all + `}[5m]))`, ""}},
				},
				{
					Stat, "Spans refused", "Spans a second that senders were told to send again. Look at the heap and at the queue.", "suffix:spans/s", 0.01, 1,
					[]Query{{`sum(rate(otelcol_receiver_refused_spans{` + all + `}[5m]))`, ""}},
				},
				{
					Stat, "Queue", "How full the fullest queue to a backend is.", "percentunit", 0.5, 0.9,
					[]Query{{`max(otelcol_exporter_queue_size{` + all + `} / otelcol_exporter_queue_capacity{` + all + `})`, ""}},
				},
				{
					Stat, "Viewers", "Clients that are connected now, over any transport.", "short", 0, 0,
					[]Query{{`sum(otelcol_canvasserver_connections{` + all + `})`, ""}},
				},
				{
					Stat, "Receipt to frame, 99 %", "How long a span takes from its receipt to the viewer's socket.", "s", 0.25, 1,
					[]Query{{`histogram_quantile(0.99, sum by (le) (rate(otelcol_canvasserver_receive_to_frame_bucket{` + all + `}[5m])))`, ""}},
				},
				{
					Stat, "Store", "How much of its budget the fullest store holds. At 1 it evicts the oldest executions.", "percentunit", 0.9, 0,
					[]Query{{`max(otelcol_canvastrace_store_size{` + all + `} / otelcol_canvastrace_store_budget{` + all + `})`, ""}},
				},
				{
					Stat, "Lost on the way to the backend", "Spans that did not reach a backend in the time shown.", "short", 1, 100,
					[]Query{{`sum(increase(otelcol_exporter_send_failed_spans{` + all + `}[$__range]))`, ""}},
				},
				{
					Stat, "Least uptime", "Time since the last start of any collector.", "s", 0, 0,
					[]Query{{`min(otelcol_process_uptime{` + all + `})`, ""}},
				},
			}},
			{"Receiving", []Panel{
				{Graph, "Spans in", "Spans that were taken, refused (senders come again) or failed, by collector and transport.", "suffix:spans/s", 0, 0, []Query{
					{`sum by (instance, transport) (rate(otelcol_receiver_accepted_spans{` + all + `}[$__rate_interval]))`, "{{instance}} {{transport}} taken"},
					{`sum by (instance, transport) (rate(otelcol_receiver_refused_spans{` + all + `}[$__rate_interval]))`, "{{instance}} {{transport}} refused"},
					{`sum by (instance, transport) (rate(otelcol_receiver_failed_spans{` + all + `}[$__rate_interval]))`, "{{instance}} {{transport}} failed"},
				}},
				{Graph, "Spans that still run", "Log records of running spans, by what became of them.", "cps", 0, 0, []Query{
					{`sum by (outcome) (rate(otelcol_partialspan_records{` + all + `}[$__rate_interval]))`, "{{outcome}}"},
				}},
			}},
			{"Forwarding", []Panel{
				{Graph, "Queue", "How full each queue is. It should be close to 0; above a half the backend is too slow, or away.", "percentunit", 0.5, 0.9, []Query{
					{`otelcol_exporter_queue_size{` + all + `} / otelcol_exporter_queue_capacity{` + all + `}`, "{{instance}} {{exporter}}"},
				}},
				{Graph, "Sent, and not", "Spans that a backend took, that were given up, and that found no place in the queue.", "suffix:spans/s", 0, 0, []Query{
					{`sum by (exporter) (rate(otelcol_exporter_sent_spans{` + all + `}[$__rate_interval]))`, "{{exporter}} sent"},
					{`sum by (exporter) (rate(otelcol_exporter_send_failed_spans{` + all + `}[$__rate_interval]))`, "{{exporter}} given up"},
					{`sum by (exporter) (rate(otelcol_exporter_enqueue_failed_spans{` + all + `}[$__rate_interval]))`, "{{exporter}} no place"},
				}},
			}},
			{"The Trace tab", []Panel{
				{Graph, "Receipt to frame", "Half of the live frames, and all but one of a hundred, take less than this.", "s", 0.25, 1, []Query{
					{`histogram_quantile(0.5, sum by (le) (rate(otelcol_canvasserver_receive_to_frame_bucket{` + all + `}[$__rate_interval])))`, "50 %"},
					{`histogram_quantile(0.99, sum by (le) (rate(otelcol_canvasserver_receive_to_frame_bucket{` + all + `}[$__rate_interval])))`, "99 %"},
				}},
				{Graph, "Viewers", "Clients that are connected, by transport. Many long polls: something on the way cuts WebSockets.", "short", 0, 0, []Query{
					{`sum by (transport) (otelcol_canvasserver_connections{` + all + `})`, "{{transport}}"},
				}},
				{Graph, "Ends of connections", "Why connections ended. stalled and silent: slow networks, or a proxy with a short idle limit.", "cps", 0, 0, []Query{
					{`sum by (reason) (rate(otelcol_canvasserver_closed_connections{` + all + `}[$__rate_interval]))`, "{{reason}}"},
				}},
				{Graph, "Turned away", "Handshakes that were refused. auth: a wrong token; origin and host: settings; the rest: limits.", "cps", 0, 0, []Query{
					{`sum by (reason) (rate(otelcol_canvasserver_rejected_handshakes{` + all + `}[$__rate_interval]))`, "{{reason}}"},
				}},
			}},
			{"Resources", []Panel{
				{Graph, "Memory", "Resident memory, and the heap, which memory_limiter watches.", "bytes", 0, 0, []Query{
					{`otelcol_process_memory_rss{` + all + `}`, "{{instance}} resident"},
					{`otelcol_process_runtime_heap_alloc_bytes{` + all + `}`, "{{instance}} heap"},
				}},
				{Graph, "Processor cores", "How many cores each collector keeps busy.", "short", 0, 0, []Query{
					{`rate(otelcol_process_cpu_seconds{` + all + `}[$__rate_interval])`, "{{instance}}"},
				}},
				{Graph, "Store", "Bytes of traces held, and the budget. Views of watched executions come on top.", "bytes", 0, 0, []Query{
					{`otelcol_canvastrace_store_size{` + all + `}`, "{{instance}} held"},
					{`otelcol_canvastrace_store_budget{` + all + `}`, "{{instance}} budget"},
					{`otelcol_canvastrace_view_size{` + all + `}`, "{{instance}} views"},
				}},
				{Graph, "Evictions", "Executions that left the store: by age (ttl), for space (budget), or because somebody asked.", "cps", 0, 0, []Query{
					{`sum by (reason) (rate(otelcol_canvastrace_evictions{` + all + `}[$__rate_interval]))`, "{{reason}}"},
				}},
			}},
			{"Secrets", []Panel{
				{Graph, "Secrets taken out", "By kind. A step means that a new program sends secrets: find it, and change them.", "cps", 0, 0, []Query{
					{`sum by (rule) (rate(otelcol_tokenpreview_redactions{` + all + `}[$__rate_interval]))`, "{{rule}}"},
				}},
				{Graph, "Values not inspected", "Values replaced whole, because they were too long or too deep to be searched.", "cps", 0, 0, []Query{
					{`sum by (instance) (rate(otelcol_tokenpreview_uninspected_values{` + all + `}[$__rate_interval]))`, "{{instance}}"},
				}},
			}},
		},
	}
}
