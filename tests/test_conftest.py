"""The rules that conftest.py lays down hold."""

from __future__ import annotations

import logging
import os
import warnings
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]


def test_settings_and_network_are_out_of_reach(own_home: Path) -> None:
    assert os.environ["ATTENTION_EXPLORER_HOME"] == str(own_home)
    assert list(own_home.iterdir()) == []
    assert os.environ["HF_HUB_OFFLINE"] == os.environ["TRANSFORMERS_OFFLINE"] == "1"


def test_warnings_are_errors() -> None:
    with pytest.raises(UserWarning, match="meant"):
        warnings.warn("meant", UserWarning, stacklevel=1)


@pytest.mark.expects_log
def test_a_log_line_can_be_expected() -> None:
    logging.getLogger("app.somewhere").warning("meant")


def test_an_unexpected_log_line_fails(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(Path(__file__).with_name("conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(
        """
        import logging

        def test_ours():
            logging.getLogger("bert_core.model").warning("oh")

        def test_below():
            logging.getLogger("app").info("all is well")

        def test_of_others():
            logging.getLogger("elsewhere").error("not ours")
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:pytest-qt")
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["*WARNING bert_core.model: oh*"])
