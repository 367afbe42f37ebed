# HiveSync's commands. `make help` lists them. Warm targets install nothing: stamps in .venv follow the lock files.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Python reads an empty value as "write .pyc files", without which every start compiles everything anew.
export PYTHONDONTWRITEBYTECODE =

BIN := $(CURDIR)/.venv/bin
RUNTIME := .venv/.stamp-runtime
DEV := .venv/.stamp-dev
LOCKS := backend/requirements
CLIENTS := frontend/node_modules/.stamp
WEB := frontend/desktop/dist/web/.stamp
# What the workbench is built from; tests and the shell around it are not in it.
WEB_SOURCES := $(shell find frontend/shared frontend/desktop/src/renderer -type f -not -name '*.test.ts*' 2>/dev/null) \
  frontend/vite.config.ts frontend/tsconfig.json frontend/scripts/compress.mjs
PEERS := .venv/.stamp-bench
PEER_SERVERS := .venv/.stamp-bench-servers
LOCK := cd $(LOCKS) && $(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock"
# More arguments for pytest, for example: make test-sqlite ARGS="-k tokens -x"
ARGS ?=
WEB_ARGS ?=
JOBS ?= auto
# What local weights need beside the rest; the tests make a tiny model themselves.
LOCAL_AI ?= torch "transformers>=5.23"
# How often a failed test is tried again. None here: a flake is a bug to be found. CI's machines are shared and slow at
# times; there a test must fail three times running, and the closing line counts every repetition.
RERUNS ?= 0
PYTEST = cd backend && $(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal --reruns $(RERUNS) $(ARGS)

##@ Using it

.PHONY: run
run: $(RUNTIME) $(WEB) ## set up what is missing, then start everything (PORT, DATA_DIR, HIVESYNC_DEMO, HIVESYNC_ADMIN_EMAIL, HIVESYNC_ADMIN_PASSWORD)
	@exec $(BIN)/hivesync up

.PHONY: worker
worker: $(RUNTIME) ## start one worker role as in production: make worker ROLE=repo_sync_worker
	@exec $(BIN)/hivesync worker --role $(or $(ROLE),$(error name a role: make worker ROLE=repo_sync_worker))

.PHONY: migrate
migrate: $(RUNTIME) ## bring the database to this version
	@$(BIN)/hivesync migrate

.PHONY: web
web: $(WEB) ## build the workbench that the API serves

##@ Working on it

.PHONY: setup
setup: $(DEV) web-setup ## environment and all dependencies, by hash

.PHONY: web-setup
web-setup: $(CLIENTS) ## the clients' dependencies, by hash

.PHONY: clients
clients: $(DEV) ## write the typed client from docs/api/openapi.json
	@tools/clients.sh codegen && cd frontend/codegen && node generate.mjs

.PHONY: fmt
fmt: $(DEV) ## format and mend what can be mended
	@cd backend && $(BIN)/ruff check --fix --quiet . ../tools ../benchmarks ../chaos; $(BIN)/ruff format --quiet . ../tools ../benchmarks ../chaos

.PHONY: revision
revision: $(DEV) ## write a migration from the models: make revision m="Add a table"
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	  DATABASE_URL= DATA_DIR="$$folder" $(BIN)/hivesync migrate --revision "$(or $(m),$(error say what it does: make revision m="Add a table"))"

.PHONY: docs
docs: $(DEV) ## write what is generated: settings, error codes, queues, OpenAPI
	@$(BIN)/python tools/write_docs.py

.PHONY: openapi
openapi: $(DEV) ## write docs/api/openapi.json
	@$(BIN)/python tools/write_docs.py openapi

.PHONY: examples
examples: $(DEV) ## record the answers that the OpenAPI document shows, and write it
	@$(BIN)/python tools/record_examples.py && $(BIN)/python tools/write_docs.py openapi

.PHONY: pictures
pictures: $(DEV) ## make docs/pictures/journey.svg from a real run of the command line
	@PYTHONPATH=backend $(BIN)/python tools/make_pictures.py

.PHONY: screens
screens: $(RUNTIME) $(WEB) ## make docs/pictures/workbench/: every screen in both themes, from a real run (Chromium)
	@cd frontend && CI=true SCREENS=$(or $(INTO),docs/pictures/workbench) npm run --silent test:journey -- screens

.PHONY: lock
lock: $(DEV) ## resolve requirements/*.in into hashed lock files that name no address
	@for name in build runtime dev bench; do $(LOCK) $(UPGRADE) $$name.in -o $$name.txt && cd - >/dev/null; done

##@ Checking it

.PHONY: test
test: test-web test-journey test-desktop test-sqlite test-pg ## the clients' tests, then the whole suite twice: SQLite with embedded Redis, PostgreSQL with Redis

.PHONY: test-web
test-web: $(WEB) ## the clients' own tests
	@echo "== tests: clients"
	@cd frontend && npm run --silent test -- $(WEB_ARGS)

.PHONY: test-journey
test-journey: $(RUNTIME) $(WEB) ## the journey: the whole product, driven in a real browser (Chromium)
	@echo "== tests: the journey in the browser"
	@cd frontend && npm run --silent test:journey -- $(WEB_ARGS)

.PHONY: test-desktop
test-desktop: $(RUNTIME) $(WEB) ## the desktop shell as it is built, with the product and its local agent (Chromium)
	@echo "== tests: the desktop shell"
	@cd frontend && npm run --silent test:desktop -- $(WEB_ARGS)

.PHONY: test-electron
test-electron: $(RUNTIME) $(WEB) ## the built shell in a real but older Electron (9.4.1), on a virtual screen; SCREENSHOT=file keeps a picture
	@echo "== tests: the desktop shell in Electron"
	@SCREENSHOT="$(abspath $(SCREENSHOT))" tools/electron.sh $(WEB_ARGS)

.PHONY: test-sqlite
test-sqlite: $(DEV) ## the suite on SQLite with embedded Redis
	@echo "== tests: SQLite, embedded Redis"
	@unset TEST_DATABASE_URL TEST_REDIS_URL; $(PYTEST)

.PHONY: test-pg
test-pg: $(DEV) ## all that touches a database or Redis, on PostgreSQL and Redis (TEST_DATABASE_URL, TEST_REDIS_URL, or started for it)
	@echo "== tests: PostgreSQL, Redis"
	@$(BIN)/python tools/with_services.py -- bash -c 'cd backend && exec $(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal --reruns $(RERUNS) --stateful $(ARGS)'

.PHONY: test-local-ai
test-local-ai: $(DEV) ## the tests of local weights, with torch and transformers (gigabytes; LOCAL_AI="…" chooses versions)
	@test -d .venv/local-ai || $(BIN)/python -m pip install --quiet --disable-pip-version-check --target .venv/local-ai $(LOCAL_AI)
	@cd backend && PYTHONPATH=../.venv/local-ai $(BIN)/python -m pytest -q tests/adapters/llm/test_local.py tests/adapters/llm/test_contract.py $(ARGS)

.PHONY: fuzz-previews
fuzz-previews: $(DEV) ## random edits of an app, built incrementally and anew, byte for byte: make fuzz-previews ROUNDS=50 SEED=7
	@cd backend && TEST_PREVIEW_ROUNDS=$(or $(ROUNDS),30) TEST_PREVIEW_SEED=$(or $(SEED),1) $(BIN)/python -m pytest -q -n 0 tests/services/preview/builder/test_incremental.py $(ARGS)

.PHONY: check
check: lint types arch generated check-web ## format, lint, types, layers, generated files

.PHONY: lint
lint: $(DEV) ## format and lint
	@cd backend && $(BIN)/ruff format --check --quiet . ../tools ../benchmarks ../chaos && $(BIN)/ruff check --quiet . ../tools ../benchmarks ../chaos && echo "lint: clean"

.PHONY: types
types: $(DEV) ## mypy --strict on app, tests, tools and benchmarks
	@cd backend && $(BIN)/mypy
	@cd tools && $(BIN)/mypy --config-file ../backend/pyproject.toml *.py
	@MYPYPATH=backend $(BIN)/mypy --config-file backend/pyproject.toml benchmarks
	@$(BIN)/mypy --config-file backend/pyproject.toml chaos

.PHONY: arch
arch: $(DEV) ## floors, service tiers, thin doors
	@cd backend && $(BIN)/lint-imports --no-logo

.PHONY: generated
generated: $(DEV) ## what is generated is up to date
	@$(BIN)/python tools/write_docs.py --check

.PHONY: check-web
check-web: $(CLIENTS) ## lint and types of the clients, and that the typed client is what the API says
	@cd frontend && npm run --silent lint && npm run --silent typecheck
	@tools/clients.sh codegen && cd frontend/codegen && node generate.mjs --check && echo "clients: clean"

.PHONY: bench
bench: $(DEV) $(PEERS) $(PEER_SERVERS) ## figures as ratios, measured side by side
	@$(BIN)/python -m benchmarks.run $(ARGS)

.PHONY: chaos
chaos: $(DEV) ## 10,000 jobs under random faults, and what became of them: make chaos ARGS="--jobs 500 --seed 7"
	@$(BIN)/python -m chaos $(ARGS)

.PHONY: chaos-mutants
chaos-mutants: $(DEV) ## break the product on purpose, one way at a time: each must be caught
	@$(BIN)/python -m chaos.mutants $(ARGS)

##@

.PHONY: help
help: ## this list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(RUNTIME): tools/setup.sh $(LOCKS)/build.txt $(LOCKS)/runtime.txt backend/pyproject.toml backend/servers/package-lock.json
	@tools/setup.sh runtime

$(DEV): $(RUNTIME) $(LOCKS)/dev.txt
	@tools/setup.sh dev

$(CLIENTS): frontend/package.json frontend/package-lock.json tools/clients.sh
	@tools/clients.sh install

# Without Node the API says how to get the workbench; everything else works.
$(WEB): $(CLIENTS) $(WEB_SOURCES)
	@tools/clients.sh build

# Other people's servers and queues, for comparison only, in folders of their own; without them their figures are missing.
$(PEER_SERVERS): benchmarks/sides/servers/package-lock.json | $(DEV)
	@mkdir -p .venv/bench-servers && cp benchmarks/sides/servers/package*.json .venv/bench-servers/ \
	  && (cd .venv/bench-servers && npm ci --ignore-scripts --no-audit --no-fund --silent) \
	  && touch $@ || echo "other language servers could not be installed: their figures will be missing" >&2

$(PEERS): $(LOCKS)/bench.txt | $(DEV)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --target .venv/bench -r $(LOCKS)/bench.txt \
	  && touch $@ || echo "the peers of the job benchmark could not be installed: their figures will be missing" >&2
