"""Preloading maps the library that the import then finds, and stays out of the way otherwise."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bert_core import preload


def test_nothing_is_done_once_torch_is_there() -> None:
    import torch  # noqa: F401

    assert preload.preload_torch() is False


def test_nothing_is_done_where_the_system_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert preload.preload_torch() is False


@pytest.mark.skipif(sys.platform not in preload.LIBRARIES, reason="nothing to preload on this system")
def test_torch_imports_and_works_after_it() -> None:
    code = (
        "from bert_core.preload import preload_torch; import sys; assert 'torch' not in sys.modules;"
        "assert preload_torch(); import torch; assert torch.ones(2).sum() == 2"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
