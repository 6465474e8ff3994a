# `make` or `make help` lists the targets. The two that matter: `make run` and `make test`.

SHELL       := /bin/bash
BIN         := build/otelcol-canvas
# One set of compile flags for the binary, the tools, vet and lint, so that they share Go's build cache. Only the race
# detector (`make test`) needs cgo and so compiles everything a second time.
export GOFLAGS := -buildvcs=false $(filter-out -buildvcs%,$(GOFLAGS))
PURE        := CGO_ENABLED=0 GOFLAGS="$(GOFLAGS) -trimpath"
GO_PURE     := $(PURE) go
SOURCES     := $(shell find cmd connector distribution exporter extension internal processor receiver \
                 -type f -not -name '*_test.go' -not -name '*.md' -not -path '*/testdata/*' \
                 -not -path '*/canvasserverextension/ui/*' -not -path '*/internal/page/dist/*' 2>/dev/null)

# The Trace tab page. Without Node the binary is built without it (`make build PAGE=` does so with Node, too).
UI           := extension/canvasserverextension/ui
PAGE         := $(shell scripts/page.sh usable && echo build/.page)
PAGE_SOURCES := $(shell find $(UI)/src -type f) $(addprefix $(UI)/,.npmrc index.html package.json package-lock.json tsconfig.json vite.config.ts)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: $(BIN) ## build/otelcol-canvas: the first time in minutes, later in seconds

build/.generated: builder-config.yaml go.mod go.sum distribution/startup/main.go.txt scripts/build.sh
	@$(PURE) scripts/build.sh generate

build/.page: $(PAGE_SOURCES) scripts/page.sh
	@scripts/page.sh build

$(BIN): build/.generated $(PAGE) $(SOURCES)
	@$(PURE) scripts/build.sh compile

ROUTER       := build/router/otelcol-canvas-router

.PHONY: build-router
build-router: $(ROUTER) ## build/router/otelcol-canvas-router: shares traces out among several collectors

$(ROUTER): build/.generated builder-config.router.yaml distribution/startup/router.go.txt $(SOURCES)
	@$(PURE) scripts/build.sh router

.PHONY: test-router
test-router: $(BIN) $(ROUTER) $(CANVASCTL) ## the router in front of two collectors: the real programs
	@$(GO_PURE) test -tags router -count 1 -run TestRouter ./e2e

.PHONY: run
run: $(BIN) ## build and start the profile `local`: OTLP on 4317 and 4318, the server on 8090
	@$(BIN)

.PHONY: demo
demo: ## play a workflow of about 30 s into the running collector (DEMO="--parallel 3" passes flags)
	@$(GO_PURE) run ./cmd/canvasctl demo $(DEMO)

CANVASCTL    := build/canvasctl
JAEGER       := build/jaeger

$(JAEGER): tools/jaeger/go.mod tools/jaeger/go.sum
	@$(PURE) scripts/build.sh jaeger

IDENTITY     := build/identity

$(IDENTITY): tools/identity/go.mod tools/identity/go.sum $(wildcard tools/identity/*.go)
	@echo "==> Building the OpenID provider that tests sign in at"
	@$(GO_PURE) build -C tools/identity -ldflags "-s -w" -o $(CURDIR)/$@ .

.PHONY: test
test: test-deps build deb $(CANVASCTL) $(JAEGER) $(IDENTITY) fmt-check vet generate-check test-page test-packages ## everything CI runs: build, format, vet, generated files, tests with the race detector
	@scripts/test.sh ./...

.PHONY: test-page
test-page: $(BIN) ## the page: unit tests, and a browser test with the real binary and the demo
	@$(PURE) scripts/page.sh test

$(CANVASCTL): $(SOURCES) go.mod
	@$(GO_PURE) build -tags grpcnotrace -ldflags "-s -w" -o $@ ./cmd/canvasctl

VERSION      := $(shell sed -n 's/^ *version: *//p' builder-config.yaml)
REVISION     := $(shell git rev-parse HEAD 2>/dev/null)

# Where images are: the chart's own value, unless you name another (REGISTRY=registry.example.com/team).
REGISTRY     ?= $(shell sed -n 's/^image:.*registry: *\([^,]*\),.*/\1/p' distribution/helm/otelcol-canvas/values.yaml)
IMAGE        := $(GO_PURE) run -C distribution/image . -canvasctl $(CURDIR)/$(CANVASCTL) -version "$(VERSION)" -revision "$(REVISION)" -registry "$(REGISTRY)"

.PHONY: image
image: $(BIN) $(CANVASCTL) ## build/image: the container image, as an OCI layout and for `docker load`, without an engine
	@$(IMAGE) -collector $(CURDIR)/$(BIN) -into $(CURDIR)/build/image

.PHONY: image-router
image-router: $(ROUTER) $(CANVASCTL) ## build/image-router: the same for the router
	@$(IMAGE) -collector $(CURDIR)/$(ROUTER) -into $(CURDIR)/build/image-router

RELEASE_TOOL := $(GO_PURE) tool -modfile=$(CURDIR)/tools/release/go.mod
DEB          := build/deb/otelcol-canvas.deb
DEB_SOURCES  := $(shell find distribution/packages distribution/systemd distribution/alerts distribution/dashboards -type f)

.PHONY: deb
deb: $(DEB) ## build/deb/otelcol-canvas.deb: the Debian package, with a hardened systemd unit

$(DEB): $(BIN) $(CANVASCTL) $(DEB_SOURCES) tools/release/go.mod
	@mkdir -p build/deb
	@VERSION="$(VERSION)" ARCH="$$(go env GOARCH)" $(RELEASE_TOOL) nfpm package --config distribution/packages/nfpm.yaml --packager deb --target $@

build/kubectl-validate: tools/kubernetes/go.mod
	@echo "==> Compiling kubectl-validate, with Kubernetes' schemas in it (the first time two minutes)"
	@$(GO_PURE) build -modfile=$(CURDIR)/tools/kubernetes/go.mod -o $@ sigs.k8s.io/kubectl-validate

.PHONY: sbom
sbom: $(BIN) ## build/sbom: what the binary is made of, by its own build information, as CycloneDX JSON
	@mkdir -p build/sbom
	@$(RELEASE_TOOL) cyclonedx-gomod bin -json -std -noserial -version "v$(VERSION)" -output build/sbom/otelcol-canvas.cdx.json $(BIN)
	@echo "==> build/sbom/otelcol-canvas.cdx.json: $$(grep -c '"purl"' build/sbom/otelcol-canvas.cdx.json) packages"

.PHONY: reproducible
reproducible: ## build the committed sources in two folders, and compare the binaries
	@scripts/reproducible.sh

.PHONY: vulncheck
vulncheck: ## known vulnerabilities in what our code reaches (asks vuln.go.dev)
	@$(RELEASE_TOOL) govulncheck -tags grpcnotrace ./...

.PHONY: version
version:
	@echo "$(VERSION)"

.PHONY: kubernetes
kubernetes: ## distribution/kubernetes: plain manifests, made of the Helm chart
	@cd distribution/helm && $(GO_PURE) run . -registry "$(REGISTRY)" > ../kubernetes/otelcol-canvas.yaml

.PHONY: test-packages
test-packages: $(BIN) $(CANVASCTL) build/kubectl-validate ## what is made for deployment: the image, unpacked and started; the Helm chart, rendered and validated
	@echo "==> actionlint: the release workflow"
	@$(RELEASE_TOOL) actionlint -shellcheck= -pyflakes= .github/workflows/*.yaml
	@echo "==> The Helm chart, and Kubernetes' schemas"
	@cd distribution/helm && $(GO_PURE) vet ./... && $(GO_PURE) test -count 1 ./...
	@echo "==> The compose file"
	@cd distribution/compose && $(GO_PURE) vet ./... && $(GO_PURE) test -count 1 ./...
	@echo "==> The container image"
	@cd distribution/image && $(GO_PURE) vet ./... && $(GO_PURE) test -count 1 ./...

.PHONY: test-deps
test-deps: ## system packages that the tests need (installed as root or with CI set; else prints the line to run)
	@scripts/test-deps.sh

.PHONY: fmt-check
fmt-check:
	@unformatted=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go' | while read -r f; do [ -f "$$f" ] && echo "$$f"; done)); \
	if [ -n "$$unformatted" ]; then printf 'Not gofmt-ed (run gofmt -w on them):\n%s\n' "$$unformatted"; exit 1; fi
	@echo "==> gofmt: clean"

.PHONY: vet
vet:
	@echo "==> go vet ./..."
	@$(GO_PURE) vet -tags grpcnotrace,soak,router ./...

.PHONY: lint
lint: ## golangci-lint with the Collector's own linters (the first run compiles the linter)
	$(GO_PURE) tool -modfile=tools/go.mod golangci-lint run

.PHONY: generate
generate: ## run mdatagen for every component
	$(GO_PURE) generate ./...

.PHONY: generate-check
generate-check:
	@$(PURE) scripts/generate-check.sh

.PHONY: update-prices
update-prices: ## renew the embedded table of prices (PRICES=FILE-OR-URL; without it pip downloads the newest)
	@$(GO_PURE) run ./internal/price/updateprices $(PRICES)

.PHONY: soak
soak: soak-deps $(BIN) $(CANVASCTL) ## the long faults, each with its time budget: at most 27 minutes (SOAK=2000Sockets for one)
	$(GO_PURE) test -tags soak -run 'TestSoak$(SOAK)' -count 1 -v -timeout 30m ./e2e
ifeq ($(SOAK),)
	@$(PURE) scripts/page.sh soak
endif

.PHONY: soak-deps
soak-deps: test-deps
	@scripts/test-deps.sh soak

.PHONY: bench
bench: ## benchmarks beside the code (PKG=./internal/canvaswire/ for one package)
	$(GO_PURE) test -run '^$$' -bench . -benchmem $(or $(PKG),$(shell go list ./... | grep -v /e2e$$))

.PHONY: bench-latency
bench-latency: $(BIN) ## from a sent span to its frame on a WebSocket, p50 and p99, with the real binary
	$(GO_PURE) test -run '^$$' -bench 'BenchmarkLatency$$' -benchtime 300x ./e2e
	$(GO_PURE) test -run '^$$' -bench 'BenchmarkLatencySteady$$' -benchtime 1x ./e2e

BROADCAST    := build/bench/broadcast

$(BROADCAST): e2e/broadcast/main.go go.mod
	@$(GO_PURE) build -o $@ ./e2e/broadcast

.PHONY: bench-fanout
bench-fanout: $(BIN) $(BROADCAST) ## CPU and delivery of a change to 1,000 clients of one execution, as ratios to a bare broadcast
	$(GO_PURE) test -run '^$$' -bench BenchmarkFanOut -benchtime 1x -timeout 60m ./e2e

.PHONY: bench-idle
bench-idle: $(BIN) $(BROADCAST) ## memory of a socket over which nothing happens, beside gorilla's defaults (3 minutes)
	$(GO_PURE) test -run '^$$' -bench BenchmarkIdleClients -benchtime 1x -timeout 30m ./e2e

.PHONY: bench-read
bench-read: $(BIN) ## GET trace of 31, 1,000 and 10,000 spans
	$(GO_PURE) test -run '^$$' -bench BenchmarkRead -benchtime 1x ./e2e

.PHONY: bench-accepted
bench-accepted: $(BIN) ## spans accepted a second, as a ratio to a pipeline that does nothing
	$(GO_PURE) test -run '^$$' -bench BenchmarkAccepted -benchtime 1x -timeout 30m ./e2e

PEERS        := build/peers/otelcol-peers

$(PEERS): e2e/peers/builder-config.yaml build/.generated
	@$(PURE) scripts/build.sh peers

.PHONY: bench-pipeline
bench-pipeline: $(BIN) $(PEERS) ## CPU time of the live pipeline, its fork and contrib's processors, as ratios to a pipeline that does nothing
	$(GO_PURE) test -run '^$$' -bench BenchmarkPipelines -benchtime 1x -timeout 60m ./e2e

.PHONY: bench-ui
bench-ui: $(BIN) ## the page in Chromium: first paint, 10,000 and 100,000 spans opened and scrolled, 500 updates/s, heap (2 minutes)
	cd extension/canvasserverextension/ui && npm run --silent bench

.PHONY: bench-memory
bench-memory: $(BIN) ## heap and resident memory of the real binary that holds a million spans (11 minutes)
	$(GO_PURE) test -run '^$$' -bench BenchmarkMemoryHeld -benchtime 20000x -timeout 25m ./e2e

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME (30s) each; their seeds run in `make test`
	@$(PURE) scripts/fuzz.sh

.PHONY: clean
clean: ## remove build/ and the built page (the caches of Go and npm stay)
	rm -rf build extension/canvasserverextension/internal/page/dist/site
