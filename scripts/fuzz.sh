#!/usr/bin/env bash
# Runs every fuzz target of the module for FUZZTIME each (30s), one after the other; a failing input is kept under testdata/fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."

time=${FUZZTIME:-30s}
targets=$(git grep -h --untracked -oE '^func Fuzz[A-Za-z0-9_]+' -- '*_test.go' | wc -l)
echo "==> $targets fuzz targets, $time each"
failed=()
for folder in $(git grep -l --untracked -E '^func Fuzz' -- '*_test.go' | xargs -n1 dirname | sort -u); do
	for target in $(grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$folder"/*_test.go | cut -d' ' -f2); do
		echo "==> $folder $target"
		go test "./$folder" -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 1s || failed+=("$folder $target")
	done
done
if ((${#failed[@]} > 0)); then
	printf 'failed: %s\n' "${failed[@]}" >&2
	exit 1
fi
echo "==> $targets fuzz targets found nothing"
