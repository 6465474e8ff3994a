package dashboards

func reviewAfterAWeek() Dashboard {
	return Dashboard{
		UID: "otelcol-canvas-review-after-a-week", Title: "Trace tab: review after a week", From: "now-7d",
		Description: "The figures that docs/review.md decides by: volume, sampling, retention, viewers, thresholds, cost.",
		Rows: []Row{
			{"Volume and sampling", []Panel{
				{
					Stat, "Spans received", "Spans in the time shown.", "short", 0, 0,
					[]Query{{`sum(increase(otelcol_receiver_accepted_spans{` + all + `}[$__range]))`, ""}},
				},
				{
					Stat, "Spans a second, busiest", "The busiest five minutes in the time shown: what sizes are for.", "suffix:spans/s", 0, 0,
					[]Query{{`max_over_time(sum(rate(otelcol_receiver_accepted_spans{` + all + `}[5m]))[$__range:5m])`, ""}},
				},
				{
					Stat, "Share forwarded", "Spans that a backend took, of the finished ones that arrived: the ratio as it is, not as it is set. Far below the setting: it is sampled twice.", "percentunit", 0, 0,
					[]Query{{`sum(increase(otelcol_exporter_sent_spans{` + all + `, exporter=~".*/forward"}[$__range])) / sum(increase(otelcol_processor_outgoing_items{` + all + `, processor="filter/partials"}[$__range]))`, ""}},
				},
				{
					Stat, "Fullest queue", "How full the queue to a backend was at most.", "percentunit", 0.5, 0.9,
					[]Query{{`max(max_over_time(otelcol_exporter_queue_size{` + all + `}[$__range]) / otelcol_exporter_queue_capacity{` + all + `})`, ""}},
				},
				{Graph, "Spans by hour", "Spans of each hour, received and sent on.", "short", 0, 0, []Query{
					{`sum(increase(otelcol_receiver_accepted_spans{` + all + `}[1h]))`, "received"},
					{`sum(increase(otelcol_exporter_sent_spans{` + all + `, exporter=~".*/forward"}[1h]))`, "sent on"},
				}},
				{Graph, "What the sampler did", "Spans that the sampler kept and left out. A ratio of 1 has no sampler.", "suffix:spans/s", 0, 0, []Query{
					{`sum by (sampled) (rate(otelcol_processor_probabilistic_sampler_count_traces_sampled{` + all + `}[1h]))`, "kept: {{sampled}}"},
				}},
			}},
			{"Retention", []Panel{
				{
					Stat, "Executions held", "Executions that can be opened now, in all collectors.", "short", 0, 0,
					[]Query{{`sum(otelcol_canvastrace_executions{` + all + `})`, ""}},
				},
				{
					Stat, "Fullest store", "How much of its budget a store held at most. Below a half: there is room for a longer ttl.", "percentunit", 0.9, 0,
					[]Query{{`max(max_over_time(otelcol_canvastrace_store_size{` + all + `}[$__range]) / otelcol_canvastrace_store_budget{` + all + `})`, ""}},
				},
				{
					Stat, "Evicted for space", "Executions that left before their time. Any: raise max_bytes, or lower the ttl, and say so to users.", "short", 1, 100,
					[]Query{{`sum(increase(otelcol_canvastrace_evictions{` + all + `, reason="budget"}[$__range]))`, ""}},
				},
				{
					Stat, "Bytes of a span", "What a span takes in the store, compressed or not: budget divided by this is how many fit.", "bytes", 0, 0,
					[]Query{{`sum(otelcol_canvastrace_store_size{` + all + `}) / sum(otelcol_canvastrace_spans_held{` + all + `})`, ""}},
				},
				{Graph, "Store and its budget", "Held in each store, and in compressed blocks.", "bytes", 0, 0, []Query{
					{`otelcol_canvastrace_store_size{` + all + `}`, "{{instance}} held"},
					{`otelcol_canvastrace_store_compressed_size{` + all + `}`, "{{instance}} compressed"},
					{`otelcol_canvastrace_store_budget{` + all + `}`, "{{instance}} budget"},
				}},
				{Graph, "Spans by outcome", "skeleton and dropped: single executions over their caps, max_spans_per_execution or max_bytes_per_execution.", "suffix:spans/s", 0, 0, []Query{
					{`sum by (outcome) (rate(otelcol_canvastrace_spans{` + all + `}[1h]))`, "{{outcome}}"},
				}},
			}},
			{"Viewers", []Panel{
				{
					Stat, "Viewers at once", "The most clients at one time: what limits are for.", "short", 0, 0,
					[]Query{{`max_over_time(sum(otelcol_canvasserver_connections{` + all + `})[$__range:5m])`, ""}},
				},
				{
					Stat, "Slow viewers dropped", "Clients that did not take a frame within write_timeout.", "short", 10, 100,
					[]Query{{`sum(increase(otelcol_canvasserver_stalls{` + all + `}[$__range]))`, ""}},
				},
				{
					Stat, "Receipt to frame, 99 %", "All but one of a hundred live frames took less than this.", "s", 0.25, 1,
					[]Query{{`histogram_quantile(0.99, sum by (le) (increase(otelcol_canvasserver_receive_to_frame_bucket{` + all + `}[$__range])))`, ""}},
				},
				{
					Stat, "Begun anew", "Times that a client had to forget what it had of a trace: restarts without CANVAS_STATE_DIR, mostly.", "short", 0, 0,
					[]Query{{`sum(increase(otelcol_canvasserver_resyncs{` + all + `}[$__range]))`, ""}},
				},
				{Bars, "Ends of connections", "Why connections ended. silent, stalled: slow networks, or proxies with short idle limits.", "short", 0, 0, []Query{
					{`sum by (reason) (increase(otelcol_canvasserver_closed_connections{` + all + `}[$__range]))`, "{{reason}}"},
				}},
				{Bars, "Turned away", "Reasons for refused handshakes. Limits among them: raise them where the viewers are real.", "short", 0, 0, []Query{
					{`sum by (reason) (increase(otelcol_canvasserver_rejected_handshakes{` + all + `}[$__range]))`, "{{reason}}"},
				}},
				{Graph, "Changes held back", "Updates that waited for flush_interval, beside frames sent. Many of them: the interval saves much.", "cps", 0, 0, []Query{
					{`sum(rate(otelcol_canvasserver_coalesced_updates{` + all + `}[1h]))`, "held back"},
					{`sum by (phase) (rate(otelcol_canvasserver_frames{` + all + `}[1h]))`, "frames, {{phase}}"},
				}},
				{Graph, "Bytes to viewers", "Before compression.", "Bps", 0, 0, []Query{
					{`sum by (phase) (rate(otelcol_canvasserver_frame_bytes{` + all + `}[1h]))`, "{{phase}}"},
				}},
			}},
			{"Models", []Panel{
				{Bars, "Cost by model", "US dollars of model calls as they passed, where the price is known. Calls that two spans tell of count twice here, unlike on the Trace tab.", "currencyUSD", 0, 0, []Query{
					{`topk(12, sum by (model) (increase(otelcol_tokenpreview_cost{` + all + `}[$__range])))`, "{{model}}"},
				}},
				{Graph, "Tokens", "Tokens by type. They tell where ORCHEO_TRACING_HIGH_TOKEN_THRESHOLD belongs.", "short", 0, 0, []Query{
					{`sum by (token_type) (increase(otelcol_tokenpreview_tokens{` + all + `}[1h]))`, "{{token_type}}"},
				}},
				{Bars, "Spans by dialect", "Which conventions programs speak.", "short", 0, 0, []Query{
					{`sum by (dialect) (increase(otelcol_tokenpreview_dialect_spans{` + all + `}[$__range]))`, "{{dialect}}"},
				}},
				{Bars, "Secrets taken out", "By kind. Whoever sends them should stop; the largest first.", "short", 0, 0, []Query{
					{`topk(12, sum by (rule) (increase(otelcol_tokenpreview_redactions{` + all + `}[$__range])))`, "{{rule}}"},
				}},
			}},
		},
	}
}
