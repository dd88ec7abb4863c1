from __future__ import annotations

from pathlib import Path

import pytest

from bert_core import resources


def test_in_the_source_tree_they_lie_beside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "resources" / "models").mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "bert_core")
    assert resources.resource_path("models") == tmp_path / "resources" / "models"
    assert resources.resource_path() == tmp_path / "resources"


def test_in_a_wheel_they_lie_inside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bert_core" / "_resources" / "icons").mkdir(parents=True)
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "bert_core")
    assert resources.resource_path("icons") == tmp_path / "bert_core" / "_resources" / "icons"


def test_a_missing_one_is_named() -> None:
    with pytest.raises(FileNotFoundError) as caught:
        resources.resource_path("models", "no-such-model")
    assert caught.value.filename.endswith(str(Path("models", "no-such-model")))
