from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bert_core.checkpoints import builtin_models, locate
from bert_core.errors import CheckpointError


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A resources folder with one built-in model, mini-xx, and a folder that is none."""
    root = tmp_path / "resources"
    (root / "models" / "mini-xx").mkdir(parents=True)
    (root / "models" / "mini-xx" / "config.json").write_text("{}")
    (root / "models" / "licences").mkdir()

    def resource_path(*parts: str) -> Path:
        return root.joinpath(*parts)

    monkeypatch.setattr("bert_core.checkpoints.sources.resource_path", resource_path)
    return root / "models"


def test_built_in_models_come_first(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mini-xx").mkdir()
    monkeypatch.chdir(tmp_path)
    assert builtin_models() == ("mini-xx",)
    assert locate("mini-xx") == models / "mini-xx"
    assert locate("./mini-xx") == Path("mini-xx")
    assert locate(Path("mini-xx")) == Path("mini-xx")


def test_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert locate(tmp_path) == tmp_path
    assert locate(str(tmp_path)) == tmp_path
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert locate("~") == tmp_path


@pytest.mark.parametrize(
    "source", ["/no/such/folder", "../none", "a/b/c", "what is this?", "a--b", "", "x" * 5000, "a\0b"]
)
def test_what_is_neither_folder_nor_hub_id(
    models: Path, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CheckpointError, match=r"no such folder|No model is named|cannot be opened"):
        locate(source)


def test_a_missing_path_is_not_sought_on_the_hub(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="There is no such folder"):
        locate(tmp_path / "none")


def test_a_file(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(CheckpointError, match=r"model\.safetensors: A model is a folder, but this is a file"):
        locate(tmp_path / "model.safetensors")


def test_locating_does_not_import_torch() -> None:
    script = "import sys, bert_core.checkpoints as c; c.builtin_models(); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)
