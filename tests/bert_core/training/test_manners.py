"""Room for a window."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from bert_core.training.manners import threads_beside_window


@pytest.mark.skipif(sys.platform == "win32", reason="counts priorities in another way")
def test_others_go_first():
    code = (
        "import os; from bert_core.training.manners import step_back\n"
        "before = os.nice(0); step_back(); step_back(); print(before, os.nice(0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    before, after = map(int, done.stdout.split())
    assert after == max(before, 10)


@pytest.mark.parametrize(
    ("cores", "torch_threads", "asked", "threads"),
    [(2, 2, None, 1), (8, 8, None, 7), (8, 4, None, 4), (1, 1, None, 1), (None, 2, None, 1), (8, 8, 3, 3)],
)
def test_a_core_is_left(monkeypatch, cores, torch_threads, asked, threads):
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    monkeypatch.setattr(torch, "get_num_threads", lambda: torch_threads)
    assert threads_beside_window(asked) == threads
