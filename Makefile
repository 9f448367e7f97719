# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

VENV := .venv
PYTHON := $(VENV)/bin/python
TREE := .build/dev/ansible_collections/sundown/hwcloud
JOBS ?= 2
PYTEST := $(PYTHON) -m pytest -n $(JOBS) --dist worksteal --durations=20
# Tests with one of these markers are left to `make check`. Property-based tests run in both, there with more examples.
CHECK := browser or keystone or package or slow or vendor

# $(call install,VENV,REQUIREMENTS): create the virtual environment if it is missing, and install the requirements.
define install
test -x $(1)/bin/python || "$$(sh tests/tools/find_python.sh)" -m venv $(1)
$(1)/bin/python -m pip install --quiet --disable-pip-version-check -r $(2)
endef

.PHONY: help demo lint unit test browser check coverage bench docs screenshot matrix mutation generate format changelog build clean
.DEFAULT_GOAL := help

help: ## show this help
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

demo: $(VENV)/.installed-demo ## decommission a sample environment in the emulator
	$(PYTHON) tests/demo/run.py

lint: $(VENV)/.installed-test $(TREE) ## run the quick linters and the checks of the code's structure
	$(PYTEST) -m "not ($(CHECK))" tests/lint $(ARGS)

unit: $(VENV)/.installed-test $(TREE) ## run the unit tests
	$(PYTEST) -m "not ($(CHECK))" tests/unit $(ARGS)

test: $(VENV)/.installed-test $(TREE) ## run the linters, the unit tests, every module and the role, in 4 minutes
	$(PYTEST) -m "not ($(CHECK))" $(ARGS)

browser:
	@sh tests/tools/install_browser.sh

check: browser $(VENV)/.installed-check $(TREE) ## run all other tests, in 18 minutes
	HYPOTHESIS_PROFILE=ci $(PYTEST) -m "hypothesis or $(CHECK)" $(ARGS)

coverage: $(VENV)/.installed-check $(TREE) ## measure the coverage of plugins/ by the unit tests and the playbooks
	$(PYTHON) tests/tools/coverage_report.py --jobs $(JOBS) $(ARGS)

bench: $(VENV)/.installed-bench $(TREE) ## measure the collection beside other clients and its first edition
	$(PYTHON) tests/benchmark/run.py $(ARGS)

docs: $(VENV)/.installed-docs ## build the documentation site in docs/build
	$(PYTHON) tests/tools/build_docs.py

screenshot: browser $(VENV)/.installed-check $(TREE) ## take the picture of the report in the documentation again
	UPDATE_SCREENSHOTS=1 $(PYTHON) -m pytest tests/integration/report/test_picture.py

matrix: $(VENV)/.installed-demo $(TREE) ## run the tests on every supported ansible-core, Python and HTTP library
	$(PYTHON) tests/tools/matrix.py $(ARGS)

mutation: $(VENV)/.installed-test .venv-mutation/.installed $(TREE) ## change the code and report changes that no test notices
	$(PYTHON) tests/tools/mutation.py $(ARGS)

generate: $(VENV)/.installed-test $(TREE) ## write the files that follow from the declarations of the kinds
	$(PYTHON) tests/tools/generate.py

format: $(VENV)/.installed-test ## format the code
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

changelog: $(VENV)/.installed-docs ## turn the fragments into the changelog of the version in galaxy.yml
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" antsibull-changelog release --update-existing --reload-plugins \
		--refresh-plugins prevent-removal

build: $(VENV)/.installed-demo ## build the collection's tarball in build/
	$(VENV)/bin/ansible-galaxy collection build --force --output-path build

clean: ## remove everything that was built or installed, the virtual environment too
	rm -rf $(VENV) .venv-* .build .nox build docs/build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find plugins tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.installed-%: tests/requirements-%.txt
	$(call install,$(VENV),$<)
	touch $@

.venv-%/.installed: tests/requirements-%.txt
	$(call install,$(@D),$<)
	touch $@

# Requirements that include others.
$(VENV)/.installed-demo $(VENV)/.installed-bench: tests/requirements-emulator.txt
$(VENV)/.installed-test: tests/requirements-demo.txt tests/requirements-emulator.txt tests/unit/requirements.txt
$(VENV)/.installed-check: $(wildcard tests/requirements-*.txt) tests/unit/requirements.txt

$(TREE):
	mkdir -p $(@D)
	ln -s ../../../.. $@
