# What a person or a machine does here: run, test, check, measure, package.

PYTHON := .venv/bin/python
ARGS ?=

.PHONY: help run test check format bench wheel pins clean

help:
	@echo "make run [ARGS='--model M ...']   start Attention Explorer on the built-in model"
	@echo "make test                         all checks and all tests, without a screen"
	@echo "make check                        ruff and mypy"
	@echo "make format                       let ruff write the layout, and mend what it can"
	@echo "make bench                        the speed figures"
	@echo "make wheel                        dist/*.whl"
	@echo "make pins                         write constraints.txt from a fresh installation"

run:
	@.ci/set-up run
	@$(PYTHON) .ci/system-libraries run
	@$(PYTHON) -m app $(ARGS)

test: check
	@$(PYTHON) .ci/system-libraries test
	QT_QPA_PLATFORM=offscreen $(PYTHON) -m pytest -n 2 --dist loadfile $(ARGS)

check:
	@.ci/set-up dev
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy

format:
	@.ci/set-up dev
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

bench:
	@.ci/set-up run
	$(PYTHON) -m bert_core bench $(ARGS)

wheel:
	@.ci/set-up dev
	$(PYTHON) -m build --wheel --no-isolation

pins:
	@.ci/set-up run
	$(PYTHON) .ci/pins

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache
