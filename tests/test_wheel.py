"""The wheel carries the program and its resources, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _files(*parts: str, ending: str = "") -> set[str]:
    """Files below ROOT/parts, as paths relative to it, without what running leaves behind."""
    folder = ROOT.joinpath(*parts)
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*" + ending)
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of what is in a wheel built now, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
        text=True,
    )
    (wheel,) = folder.glob("attention_explorer-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.slow
def test_every_resource_is_in_it(names: set[str]) -> None:
    inside = {name.removeprefix("bert_core/_resources/") for name in names if "/_resources/" in name}
    assert inside == _files("resources")


@pytest.mark.slow
@pytest.mark.parametrize("package", ["app", "bert_core"])
def test_every_module_is_in_it(names: set[str], package: str) -> None:
    inside = {name.removeprefix(package + "/") for name in names if name.startswith(package + "/")}
    assert inside >= _files(package, ending=".py")


@pytest.mark.slow
def test_nothing_else_is_in_it(names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"app", "bert_core"}
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert any(name.endswith(".dist-info/entry_points.txt") for name in names)
