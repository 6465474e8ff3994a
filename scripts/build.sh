#!/usr/bin/env bash
# Builds the distribution in two steps that `make` calls only when their inputs changed:
#   build.sh generate   the Collector Builder writes build/*.go and go.mod (strict versioning) and fetches the modules
#   build.sh compile    go build, with progress; the Builder's own compile step prints nothing for minutes
#   build.sh router     build/router/otelcol-canvas-router, the program of the profile `router`
#   build.sh peers      build/peers/otelcol-peers, for benchmarks against others' processors
#   build.sh jaeger     build/jaeger, the real one, which the tests of the rollout look into
set -euo pipefail
cd "$(dirname "$0")/.."

name=otelcol-canvas
log=build/build.log

# quietly DESCRIPTION COMMAND…: runs a command, says every 15 s that it still runs, shows its output only if it fails.
quietly() {
	local what=$1 start=$SECONDS next=15 status=0
	shift
	echo "==> $what"
	"$@" >"$log" 2>&1 &
	local pid=$!
	trap 'kill $pid 2>/dev/null || true' EXIT
	while kill -0 $pid 2>/dev/null; do
		sleep 1
		if ((SECONDS - start >= next)); then
			echo "    … $next s"
			next=$((next + 15))
		fi
	done
	wait $pid || status=$?
	trap - EXIT
	if ((status != 0)); then
		cat "$log" >&2
		echo "failed: $what" >&2
		exit $status
	fi
}

generate() {
	if [[ ! -e build/$name ]]; then
		echo "First build: about 5 minutes on 2 cores, 2 of them for downloads; later builds take seconds."
	fi
	mkdir -p build
	quietly "Fetching and compiling the Collector Builder" go build -o build/ocb go.opentelemetry.io/collector/cmd/builder
	quietly "Writing the main program from builder-config.yaml and fetching its modules" \
		build/ocb --config builder-config.yaml --skip-compilation --skip-strict-versioning=false
	cp distribution/startup/main.go.txt build/startup.go
	touch build/.generated
}

compile() {
	local tags total start=$SECONDS
	tags=$(sed -n 's/^ *build_tags: *//p' builder-config.yaml)
	cd build
	# -mod=mod: a component may import a package whose module the last generate step did not need.
	total=$(go list -mod=mod -tags "$tags" -deps . | wc -l)
	echo "==> Compiling $name: $total packages, unless Go has them cached"
	go build -mod=mod -v -tags "$tags" -ldflags "-s -w" -o "$name" . 2>&1 | awk -v total="$total" '
		/^[A-Za-z0-9_.~\/-]+$/ { if (++n % 50 == 0) { printf "    %d of %d\n", n, total; fflush() } next }
		{ print > "/dev/stderr" }'
	echo "==> build/$name: $(($(stat -c %s "$name") / 1000000)) MB, after $((SECONDS - start)) s"
}

router() {
	quietly "Writing the router's main program from builder-config.router.yaml" \
		build/ocb --config builder-config.router.yaml --skip-compilation --skip-strict-versioning=false
	cp distribution/startup/router.go.txt build/router/startup.go
	quietly "Compiling the router, with the clients of Kubernetes and AWS (the first time in minutes)" \
		nice go build -C build/router -mod=mod -tags grpcnotrace -ldflags "-s -w" -o otelcol-canvas-router .
	echo "==> build/router/otelcol-canvas-router: $(($(stat -c %s build/router/otelcol-canvas-router) / 1000000)) MB"
}

peers() {
	quietly "Building others' processors to measure against (the first time in minutes)" \
		build/ocb --config e2e/peers/builder-config.yaml --skip-strict-versioning=false
}

jaeger() {
	mkdir -p build
	quietly "Building Jaeger, which tests look into (the first time 3 minutes on 2 cores)" \
		nice go build -C tools/jaeger -tags grpcnotrace -ldflags "-s -w" -o "$PWD/build/jaeger" github.com/jaegertracing/jaeger/cmd/jaeger
}

"$@"
