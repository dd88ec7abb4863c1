from __future__ import annotations

import pytest

from bert_core.finetuning.reading import rows


@pytest.fixture
def polars_reads_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """polars reads also the smallest file, where it can."""
    monkeypatch.setattr(rows, "AT_ONCE_FROM", 0)
