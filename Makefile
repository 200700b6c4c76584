# Everything that is done again and again in this house. `make` alone lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

UV := uv==0.13.9
BIN := .venv/bin
STAMP := .venv/.synced
RUNTIME := .venv/.runtime
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes
# The demonstration's settings make their own keys under var/: a check needs no secret.
MANAGE := DEMO=1 $(BIN)/python manage.py
# One a core; more only makes two cores wait for each other.
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
# What is handed on to pytest, as in: make test-sqlite ARGS="tests/courts -x"
ARGS ?=

.PHONY: help setup run lock lint audit-deps test test-sqlite test-postgres system story backup restore bench screenshots messages faults faults-broken

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(STAMP) ## make .venv and install what both locks name

$(STAMP): requirements.txt requirements-dev.txt
	@tools/make-venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --root-user-action ignore "$(UV)"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.txt requirements-dev.txt
	@touch $@

# What it runs on, and nothing that only a developer needs; a full environment is left as it is.
$(RUNTIME): requirements.txt
	@tools/make-venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --root-user-action ignore "$(UV)"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt
	@touch $@

run: $(RUNTIME) ## try it: http://localhost:8000 with a demonstration; takes PORT=
	@$(BIN)/python -m tools.run $(ARGS)

lock: setup ## lock the newest versions that both .in files allow
	$(COMPILE) --upgrade requirements.in -o requirements.txt
	$(COMPILE) --upgrade requirements-dev.in -o requirements-dev.txt

lint: setup ## every check that runs no test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	find . \( -path ./.venv -o -path ./var \) -prune -o -path '*/templates/*.html' -print | xargs -r $(BIN)/djade --target-version 5.2 --check
	DEMO=1 $(BIN)/mypy .
	$(BIN)/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	$(BIN)/python -m tools.locks
	$(BIN)/python -m tools.leaks

# Not part of lint, which needs no network.
audit-deps: setup ## ask whether holes are known in what the locks pin; needs the network
	@$(BIN)/python -m tools.advisories

test: setup system ## the whole suite on both columns: SQLite, then PostgreSQL + Redis
	@status=0; \
	$(MAKE) test-sqlite || status=1; \
	$(MAKE) test-postgres || status=1; \
	echo; \
	for column in sqlite postgres; do echo "$$column: $$(tail -n 1 var/test-$$column.log)"; done; \
	exit $$status

test-sqlite: setup system ## the suite on a SQLite file, without a service
	@mkdir -p var
	@echo "== column: SQLite file, filesystem:// broker"
	@env -u DATABASE_URL -u REDIS_URL $(PYTEST) -m "not postgres_only" $(ARGS) | tee var/test-sqlite.log

# Tests without a database say the same on both columns, so they ran on the first one; so do the longest walks (`once`).
test-postgres: setup system ## what touches a database, on PostgreSQL + Redis
	@mkdir -p var
	@echo "== column: PostgreSQL + Redis"
	@$(BIN)/python -m tools.servers run -- $(PYTEST) -m "not sqlite_only and not once and not pure" $(ARGS) | tee var/test-postgres.log

system: setup ## the commands from Debian packages that the tests call
	@$(BIN)/python -m tools.debian pdftotext=poppler-utils chromium=chromium xgettext=gettext \
		pg_dump=postgresql-client

story: setup ## the whole main job in a throw-away database; takes DATABASE_URL= and REDIS_URL=
	$(MANAGE) story

backup: $(RUNTIME) ## back up the database that DATABASE_URL names, sealed; takes ARGS="--folder /mnt/backups"
	@$(BIN)/python manage.py backup $(ARGS)

restore: $(RUNTIME) ## restore FILE=… into the empty database that DATABASE_URL names; asks for ONUS_BACKUP_KEY
	@$(BIN)/python manage.py restore $(FILE) $(ARGS)

messages: setup system ## gather what the facilitators' pages say into the Spanish catalog, compile it
	@$(BIN)/python -m tools.messages

bench: setup ## measure against the limits, write var/bench.json
	@$(BIN)/python -m tools.debian pango-1.0=libpango-1.0-0 pangoft2-1.0=libpangoft2-1.0-0 \
		harfbuzz-subset=libharfbuzz-subset0
	$(BIN)/python -m bench $(ARGS)

faults: setup ## kill, starve and mislead it on servers of its own: nothing may be lost; takes ARGS="kills"
	$(BIN)/python -m faults $(ARGS)

faults-broken: setup ## break it on purpose, way by way: the faults must find messages lost, and texts doubled
	@for way in "mark-before-sending lost" "texts-go-again doubled.texts"; do \
		set -- $$way; status=0; \
		said=$$($(BIN)/python -m faults --quick --broken $$1 kills) || status=$$?; \
		echo "$$said"; \
		test $$status = 1 && grep -qE "^faults: .*$$2 [1-9]" <<< "$$said" || { echo "$$1 was not found"; exit 1; }; \
	done

screenshots: setup system ## the README's pictures, docs/screenshots/*.png, of a fresh demonstration
	@$(BIN)/python -m tools.screenshots
