#!/usr/bin/env bash
# The system packages that `make test` needs beyond git, make, Go and Node: a C compiler, for Go's race detector, and
# Chromium, for the browser test of the page (CANVAS_CHROMIUM names one that is somewhere else).
# As root, or with CI set, they are installed; otherwise the line to run is printed.
set -euo pipefail

packages=()
if ! printf '#include <stdlib.h>\nint main(void) { return 0; }\n' | "${CC:-gcc}" -x c -o /dev/null - 2>/dev/null; then
	packages+=(gcc libc6-dev)
fi
if [[ ! -x ${CANVAS_CHROMIUM:-/usr/bin/chromium} ]]; then
	packages+=(chromium fonts-dejavu-core)
fi

if ((${#packages[@]} == 0)); then
	echo "==> System packages: nothing is missing"
	exit 0
fi
if [[ $(id -u) == 0 ]]; then
	as_root=()
elif [[ -n ${CI:-} ]]; then
	as_root=(sudo)
else
	echo "The tests need packages that are not installed. Run this once, then again what you ran:" >&2
	echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages[*]}" >&2
	exit 1
fi
echo "==> Installing ${packages[*]}"
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}"
