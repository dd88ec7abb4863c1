"""Labels are kept in files, and read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.file_answerers.labelling import ANSWERERS
from app.file_questions.labelling import KeepLabels, LabelsIn
from bert_core.errors import TextError


def test_what_is_kept_is_found(tmp_path: Path) -> None:
    path = str(tmp_path / "runs" / "labels.jsonl")
    labels = ((("a", None), "x"), (("b", "c"), "y"))
    assert ANSWERERS[LabelsIn](LabelsIn(path)) == ()
    assert ANSWERERS[KeepLabels](KeepLabels(path, labels)) == 2
    assert ANSWERERS[LabelsIn](LabelsIn(path)) == labels
    ANSWERERS[KeepLabels](KeepLabels(path, ()))
    assert not Path(path).exists()


def test_where_it_cannot_be_kept_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TextError, match="could not be written"):
        ANSWERERS[KeepLabels](KeepLabels(str(tmp_path / "file" / "labels.jsonl"), ((("a", None), "x"),)))
