#!/bin/sh
# Records one run of Claude Code: sh claude-code/record.sh CLAUDE [detailed], with the path of its binary.
#
# "detailed" asks for the beta form of its traces, which holds the messages and is sent as JSON to an endpoint of its own.
# The program gets an environment of its own: an empty home, no account, the stub server instead of the model, and the
# receiver for its telemetry. Run it where only the loopback interface is up (`unshare -n`), so that this is sure.
set -eu
claude=$1
detailed=
if [ "${2-}" = detailed ]; then
	detailed="ENABLE_BETA_TRACING_DETAILED=1 BETA_TRACING_ENDPOINT=$OTEL_EXPORTER_OTLP_ENDPOINT"
fi

home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir "$home/weather"
cd "$home/weather"

env -i PATH="$PATH" HOME="$home" \
	ANTHROPIC_API_KEY=none ANTHROPIC_BASE_URL="${STUB_URL:-http://127.0.0.1:8900}" \
	DISABLE_AUTOUPDATER=1 CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
	CLAUDE_CODE_ENABLE_TELEMETRY=1 CLAUDE_CODE_ENHANCED_TELEMETRY_BETA=1 \
	OTEL_TRACES_EXPORTER=otlp OTEL_LOGS_EXPORTER=otlp OTEL_METRICS_EXPORTER=none \
	OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf OTEL_EXPORTER_OTLP_ENDPOINT="$OTEL_EXPORTER_OTLP_ENDPOINT" \
	OTEL_LOG_USER_PROMPTS=1 OTEL_LOG_ASSISTANT_RESPONSES=1 OTEL_LOG_TOOL_DETAILS=1 OTEL_LOG_TOOL_CONTENT=1 \
	$detailed \
	"$claude" -p "What is the weather in Paris?" --model claude-sonnet-4-5 --allowedTools Bash
