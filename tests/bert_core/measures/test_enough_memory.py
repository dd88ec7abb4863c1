"""Only what means that memory ran out is put into words."""

from __future__ import annotations

import pytest
import torch

from bert_core.errors import MemoryShortage
from bert_core.measures.enough_memory import enough_memory


@pytest.mark.parametrize(
    "error",
    [MemoryError(), RuntimeError("can't allocate memory"), torch.OutOfMemoryError("CUDA out of memory")],
)
def test_a_shortage_is_told(error: Exception) -> None:
    words = "not enough memory to weigh 9 pieces"
    with pytest.raises(MemoryShortage, match=words) as caught, enough_memory("weigh 9 pieces"):
        raise error
    assert caught.value.__cause__ is error


def test_other_errors_stay_what_they_are() -> None:
    with pytest.raises(RuntimeError, match="shapes"), enough_memory("weigh"):
        raise RuntimeError("shapes do not match")
