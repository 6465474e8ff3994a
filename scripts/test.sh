#!/usr/bin/env bash
# go test with the race detector over the given packages, and at the end a summary: failures first, then the slowest.
set -uo pipefail
cd "$(dirname "$0")/.."

mkdir -p build
log=build/test.log
start=$SECONDS
echo "==> go test -race $* (the first time everything is compiled once more, for the race detector: several minutes)"
CGO_ENABLED=1 go test -race -timeout 15m "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

# Under the race detector the generators of secrets and look-alikes draw a tenth of their samples; here they draw all.
echo "==> Redaction against 10,000 of each secret and look-alike, on every place"
CGO_ENABLED=0 go test -timeout 10m -run 'Generated|LookAlike|Half' ./internal/redact 2>&1 | tee -a "$log"
drawn=${PIPESTATUS[0]}
((status != 0)) || status=$drawn

passed=$(grep -c '^ok ' "$log")
failed=$(grep -c '^FAIL[[:space:]]' "$log")
echo
echo "==> Slowest packages"
awk '/^ok /{t = $3; sub(/s$/, "", t); if (t + 0 > 0) print t " s  " $2}' "$log" | sort -rn | head -n 5
if ((status != 0)); then
	echo "==> Failed"
	grep -E '^(--- FAIL|    --- FAIL|FAIL[[:space:]]|panic:|WARNING: DATA RACE)' "$log"
fi
echo "==> Packages in $((SECONDS - start)) s; the whole output is in $log"
echo "$passed passed, $failed failed"
exit "$status"
