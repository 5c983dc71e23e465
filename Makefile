# Two commands are enough: `make run` and `make test`. Both install what they need.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PO := $(shell find src -name django.po)
ASSETS := src/xinheng/web/assets
NAMING_ICONS := $(shell find src/xinheng/web/templates src/xinheng/web/templatetags src/xinheng/web/pages -name '*.html' -o -name '*.py')

# What is being done, in both languages, with the time
say = date "+%H:%M:%S $(1) · $(2)"

# Two processes; a file stays on one of them; the longest files first, as tests/conftest.py names them
SHARED_OUT := -n 2 --dist loadfile --no-loadscope-reorder
OTHER_CHECKS := check-types check-security check-templates check-style check-imports check-migrations
CHECKS := check-house $(OTHER_CHECKS)

.PHONY: run test check checks $(CHECKS) messages tools clean
run: .make/env .make/messages .make/assets
	@$(BIN)/xinheng start

test: .make/dev .make/messages .make/assets .make/browser .make/java
	$(BIN)/pytest $(SHARED_OUT) tests
	XINHENG_TEST_DATABASE=postgresql $(BIN)/pytest $(SHARED_OUT) tests -m "not browser and not any_database"

check: .make/dev .make/messages
	@$(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j 2) $(CHECKS)

# What the tests do not hold themselves
checks: $(OTHER_CHECKS)

$(CHECKS): .make/dev .make/messages

check-style:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

check-types:
	$(BIN)/mypy

check-imports:
	$(BIN)/lint-imports

check-house:
	$(BIN)/pytest -q tests/architecture

check-templates:
	$(BIN)/djlint --check --lint src/xinheng/web/templates

check-security:
	$(BIN)/bandit -q -r src -c pyproject.toml

check-migrations:
	XINHENG_HOME=.make/check DJANGO_SETTINGS_MODULE=xinheng.wiring.settings $(BIN)/django-admin makemigrations --check --dry-run

.make/uv:
	@mkdir -p .make
	@test -x $(BIN)/python || "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo '信衡需要 Python 3.11 或更高版本；可用 make PYTHON=路径 指定。'; \
		echo 'Xinheng needs Python 3.11 or later; name it with make PYTHON=path.'; exit 1; } >&2
	@$(call say,准备 Python 环境,setting up Python)
	@test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@

.make/env: .make/uv uv.lock pyproject.toml
	@$(call say,安装 Python 软件包,installing Python packages)
	@$(BIN)/uv sync --quiet --frozen --inexact --compile-bytecode
	@touch $@

.make/dev: .make/env
	@$(call say,安装测试工具,installing what tests need)
	@$(BIN)/uv sync --quiet --frozen --inexact --compile-bytecode --group dev --extra cluster
	@touch $@

# Chinese and English words, compiled from the catalogues beside the code
.make/messages: .make/env $(PO)
	@for po in $(PO); do $(BIN)/pybabel -q compile -l zh_Hans -i $$po -o $${po%.po}.mo; done
	@touch $@

# Styles, charts and scripts: npm packages with a lock file, bundled once. Node comes from PyPI where there is none.
.make/assets: .make/env $(ASSETS)/package-lock.json $(NAMING_ICONS) $(shell find $(ASSETS) -path '*/node_modules' -prune -o -type f -print)
	@$(call say,生成页面样式和脚本,building styles and scripts)
	@command -v npm >/dev/null || $(BIN)/uv sync --quiet --frozen --inexact --group assets
	@cd $(ASSETS) && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent build
	@touch $@

# A browser and Chinese type for the page tests
.make/browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
		{ SUDO=$$(command -v sudo || true); $$SUDO apt-get update -q && $$SUDO apt-get install -y -q chromium; }
	@fc-list :lang=zh 2>/dev/null | grep -q . || \
		{ SUDO=$$(command -v sudo || true); $$SUDO apt-get install -y -q fonts-noto-cjk; }
	@mkdir -p .make && touch $@

# Java for a Spark cluster of two workers on this machine, on which the columns are computed once more
.make/java:
	@command -v java >/dev/null || \
		{ SUDO=$$(command -v sudo || true); $$SUDO apt-get update -q && $$SUDO apt-get install -y -q default-jre-headless; }
	@mkdir -p .make && touch $@

clean:
	rm -rf .make .venv $(ASSETS)/node_modules src/xinheng/web/static/dist
