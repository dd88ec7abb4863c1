"""The names that others script against are attributes of the package, and asking for none imports torch."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bert_core import measures


@pytest.mark.parametrize("name", sorted(measures._WHERE))
def test_each_is_the_function_of_its_name(name: str) -> None:
    function = getattr(measures, name)
    assert callable(function) and function.__name__ == name
    assert function.__module__ == f"bert_core.measures.{measures._WHERE[name]}"
    assert function.__module__.rsplit(".", 1)[1] != name, "a module of the same name would take its place"
    assert function.__doc__


def test_there_is_no_other() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        measures.nonsense  # noqa: B018


def test_the_package_alone_imports_no_torch() -> None:
    code = "import sys, bert_core.measures as m; m.entropy; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
