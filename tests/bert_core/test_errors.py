"""An error's words: where, what, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from bert_core.errors import (
    BertError,
    CheckpointError,
    DeviceError,
    MemoryShortage,
    TextError,
    VocabularyError,
)


def test_where_what_and_remedy_in_that_order() -> None:
    error = BertError("It is gone.", where=Path("a") / "b", remedy="Look again.")
    assert str(error) == f"{Path('a') / 'b'}: It is gone. Look again."
    assert str(BertError("It is gone.")) == "It is gone."
    assert (error.what, error.where, error.remedy) == ("It is gone.", str(Path("a") / "b"), "Look again.")


@pytest.mark.parametrize("kind", [CheckpointError, DeviceError, MemoryShortage, TextError, VocabularyError])
def test_all_can_be_caught_as_one(kind: type[BertError]) -> None:
    with pytest.raises(BertError, match="so it is"):
        raise kind("so it is")
