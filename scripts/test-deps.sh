#!/usr/bin/env bash
# The system packages that `make test` needs beyond git, make, Go and Node: a C compiler, for Go's race detector; Chromium,
# for the browser tests of the page; nginx and Caddy, for those behind a proxy; promtool, for the alert rules (CANVAS_CHROMIUM,
# CANVAS_NGINX, CANVAS_CADDY and CANVAS_PROMTOOL name one that is somewhere else). Tests start nginx and Caddy themselves, on
# ports of their own, and no Prometheus: the services that Debian makes of them are neither started here nor at the next boot.
# As root, or with CI set, they are installed; otherwise the lines to run are printed. `test-deps.sh soak` is about what `make soak`
# needs: QEMU's user mode and libfaketime, between which a collector has a clock that can be set.
set -euo pipefail

packages=()
services=()

needed_by_tests() {
	if ! printf '#include <stdlib.h>\nint main(void) { return 0; }\n' | "${CC:-gcc}" -x c -o /dev/null - 2>/dev/null; then
		packages+=(gcc libc6-dev)
	fi
	if [[ ! -x ${CANVAS_CHROMIUM:-/usr/bin/chromium} ]]; then
		packages+=(chromium fonts-dejavu-core)
	fi
	if [[ ! -x ${CANVAS_NGINX:-/usr/sbin/nginx} ]]; then
		packages+=(nginx)
		services+=(nginx)
	fi
	if [[ ! -x ${CANVAS_CADDY:-/usr/bin/caddy} ]]; then
		packages+=(caddy)
		services+=(caddy)
	fi
	if [[ ! -x ${CANVAS_PROMTOOL:-/usr/bin/promtool} ]]; then
		packages+=(prometheus)
		services+=(prometheus)
	fi
}

needed_by_soak() {
	if ! command -v "qemu-$(uname -m)" >/dev/null; then
		packages+=(qemu-user)
	fi
	if ! compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null; then
		packages+=(libfaketime)
	fi
}

"needed_by_${1:-tests}"
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
	if ((${#services[@]} > 0)); then
		echo "  sudo systemctl disable --now ${services[*]}   # tests start their own" >&2
	fi
	exit 1
fi

# While it says 101, packages start no service; one that is there already, as in containers, stays as it is.
policy=/usr/sbin/policy-rc.d
if ((${#services[@]} > 0)) && [[ ! -e $policy ]]; then
	printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
	"${as_root[@]}" chmod 755 "$policy"
	trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
echo "==> Installing ${packages[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
for service in "${services[@]}"; do
	# Whichever of the two the machine has; Caddy comes without a script for the first.
	"${as_root[@]}" update-rc.d "$service" disable >/dev/null 2>&1 || true
	"${as_root[@]}" systemctl disable "$service" >/dev/null 2>&1 || true
done

