#!/usr/bin/env bash
# Builds the committed sources twice, in two folders of different names, and compares the binaries byte by byte. The page is
# built once, here, and taken into both (its build is npm's business). Go's build cache is shared, so what differs by folder
# is found, and what differs by compilation only with GOCACHE of its own for each run.
set -euo pipefail
cd "$(dirname "$0")/.."

page=extension/canvasserverextension/internal/page/dist
folders=$(mktemp -d)
trap 'rm -rf "$folders"' EXIT
for name in one another-one; do
	mkdir "$folders/$name"
	git archive HEAD | tar -x -C "$folders/$name"
	if [[ -d $page/site ]]; then cp -r "$page/site" "$folders/$name/$page/"; fi
	make --no-print-directory -C "$folders/$name" build PAGE=
done
sums=$(sha256sum "$folders"/*/build/otelcol-canvas | awk '{print $1}' | sort -u)
if [[ $(wc -l <<<"$sums") != 1 ]]; then
	echo "The same sources gave two binaries:" >&2
	echo "$sums" >&2
	exit 1
fi
echo "==> Twice the same binary: sha256 $sums"
