#!/usr/bin/env bash
# The Trace tab page: TypeScript in extension/canvasserverextension/ui, built into a folder that go:embed reads.
#   page.sh usable   exits 0 where there is a Node that can build it; else says on stderr what is missing
#   page.sh build    npm ci where the lock file changed, then the build
#   page.sh test     unit tests, then the browser test against build/otelcol-canvas
#   page.sh soak     the browser tests behind proxies, with the one that takes minutes: idle behind nginx with every default
set -euo pipefail
cd "$(dirname "$0")/.."

ui=extension/canvasserverextension/ui
installed=$ui/node_modules/.package-lock.json # npm writes it last

usable() {
	if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
		echo "There is no Node with npm here: the page is left out, and the server says so. Node 20.19 or newer builds it." >&2
		return 1
	fi
	if ! node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)'; then
		echo "Node $(node --version) is too old for the page, which is left out; Node 20.19 or newer builds it." >&2
		return 1
	fi
}

packages() {
	if [[ ! $installed -nt $ui/package-lock.json ]]; then
		echo "==> Fetching the page's npm packages (the first time up to a minute; to build without the page: make build PAGE=)"
		npm --prefix "$ui" ci --loglevel=error
		touch "$installed"
	fi
}

build() {
	local start=$SECONDS
	mkdir -p build
	packages
	echo "==> Building the Trace tab page"
	npm --prefix "$ui" run --silent build
	touch build/.page
	echo "==> The page after $((SECONDS - start)) s"
}

needed() {
	if ! usable; then
		echo "failed: the tests of the page need Node" >&2
		return 1
	fi
	packages
}

test() {
	needed
	echo "==> Unit tests of the page"
	npm --prefix "$ui" run --silent test
	echo "==> Browser test of the page: the real binary, the demo, and Chromium"
	go build -o build/canvasctl ./cmd/canvasctl
	npm --prefix "$ui" run --silent test:browser
}

soak() {
	needed
	echo "==> The page behind proxies, nginx with its 60 s among them: time budget 5 minutes"
	CANVAS_SOAK=1 npm --prefix "$ui" run --silent test:browser -- proxies
}

"$@"
