"""Settings: whatever the file holds, the program starts; whatever is kept comes back."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.settings import (
    MOST_BYTES,
    MOST_CHARACTERS,
    MOST_RECENT,
    VERSION,
    Settings,
    read_settings,
    write_settings,
)

FULL = Settings(
    theme="dark",
    text_a="the man 我 😀",
    text_b="line\nbreak\ttab\u2028\x00",
    replaced=((1, 103), (5, 7)),
    model="/a folder/with ü",
    device="cuda",
    dtype="bfloat16",
    recent=("mini-en", "bert-base-uncased"),
    runs=("/runs/ü", "/runs/b"),
    geometry="AdnQ",
    state="AAAA",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "settings.json"


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def said(path: Path, **values: Any) -> Settings:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"version": VERSION, **values}), encoding="utf-8")
    return read_settings(path)


def test_what_is_written_comes_back(path: Path) -> None:
    write_settings(path, FULL)
    assert read_settings(path) == FULL
    write_settings(path, Settings())
    assert read_settings(path) == Settings()
    assert names(path.parent) == ["settings.json"]


def test_half_characters_survive(path: Path) -> None:
    odd = Settings(text_a="a\ud83d b\udc80", text_b="\udfff")
    write_settings(path, odd)
    assert read_settings(path) == odd
    path.read_bytes().decode("ascii")


def test_probes_come_back(path: Path) -> None:
    pinned = Settings(probes=(("the man", None), ("a", "b \ud83d")))
    write_settings(path, pinned)
    assert read_settings(path) == pinned


def test_no_file_means_the_defaults(path: Path) -> None:
    assert read_settings(path) == Settings()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe\x00",
        b"[" * 200_000,
        b'{"version": 1, "replaced": [[1, ' + b"9" * 5000 + b"]]}",
        b'{"theme": "dark"}',
        b'{"version": 2, "theme": "dark"}',
        b'{"version": "1", "theme": "dark"}',
        b'{"version": NaN, "theme": "dark"}',
        b'{"version": [1], "theme": "dark"}',
    ],
)
def test_a_file_that_makes_no_sense_means_the_defaults(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert read_settings(path) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "purple"),
        ("theme", ["dark"]),
        ("theme", float("nan")),
        ("text_a", 5),
        ("text_b", {"a": 1}),
        ("replaced", "no"),
        ("replaced", {"1": 2}),
        ("replaced", [[1]]),
        ("replaced", [[1, 2, 3]]),
        ("replaced", [[1, -2]]),
        ("replaced", [[1, 2.0]]),
        ("replaced", [[True, 2]]),
        ("replaced", [[[[1]], 2]]),
        ("model", None),
        ("device", 1),
        ("recent", "mini-en"),
        ("recent", ["mini-en", 3]),
        ("probes", "no"),
        ("probes", [["a"]]),
        ("probes", [["a", 3]]),
        ("probes", [[None, "b"]]),
        ("geometry", [1, 2]),
        ("state", float("inf")),
    ],
)
def test_one_wrong_value_costs_only_itself(path: Path, name: str, value: Any) -> None:
    settings = said(path, **{"model": "kept", "text_a": "kept", name: value})
    assert getattr(settings, name) == getattr(Settings(), name)
    assert "kept" in (settings.model, settings.text_a)


def test_what_is_not_known_is_left_aside(path: Path) -> None:
    assert said(path, theme="dark", colour="blue", __class__="x").theme == "dark"


@pytest.mark.parametrize(
    "texts", [{}, {"text_a": 7}, {"text_a": None}, {"text_a": "x" * (MOST_CHARACTERS + 1)}]
)
def test_replaced_pieces_are_nothing_without_their_text(path: Path, texts: dict[str, Any]) -> None:
    settings = said(path, **texts, text_b="b", replaced=[[1, 2]], model="kept")
    assert (settings.text_a, settings.text_b, settings.replaced, settings.model) == (None, None, (), "kept")


@pytest.mark.parametrize("character", ["x", "我", "\ud83d", "😀"])
def test_a_text_that_would_hold_up_the_start_is_not_kept(path: Path, character: str) -> None:
    long = character * MOST_CHARACTERS
    write_settings(path, Settings(text_a=long, text_b=long, theme="dark"))
    assert path.stat().st_size <= MOST_BYTES
    assert read_settings(path) == Settings(text_a=long, text_b=long, theme="dark")
    write_settings(path, Settings(text_a="a", text_b=long * 20, replaced=((1, 2),), theme="dark"))
    assert path.stat().st_size < 1000
    assert read_settings(path) == Settings(theme="dark")


def test_a_huge_file_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir()
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)

    def refuse(*_: object, **__: object) -> str:
        raise AssertionError("it was read")

    monkeypatch.setattr(Path, "read_text", refuse)
    assert read_settings(path) == Settings()


def test_a_long_list_is_cut(path: Path) -> None:
    recent = said(path, recent=[f"model-{n}" for n in range(10_000)]).recent
    assert recent == tuple(f"model-{n}" for n in range(MOST_RECENT))


def test_a_folder_in_its_place(path: Path) -> None:
    path.mkdir(parents=True)
    assert read_settings(path) == Settings()
    with pytest.raises(OSError):
        write_settings(path, FULL)
    assert names(path.parent) == ["settings.json"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name there")
def test_a_pipe_in_its_place_does_not_hold_up_the_start(path: Path) -> None:
    path.parent.mkdir()
    os.mkfifo(path)
    assert read_settings(path) == Settings()


def test_a_place_that_cannot_be_written_is_an_oserror(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for path in (tmp_path / "file" / "settings.json", tmp_path / "file" / "deep" / "settings.json"):
        assert read_settings(path) == Settings()
        with pytest.raises(OSError):
            write_settings(path, FULL)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_older_settings_stay_whole_when_writing_fails(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_settings(path, FULL)

    def full(self: Path, data: str, **_: object) -> int:
        self.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        write_settings(path, Settings())
    assert read_settings(path) == FULL
    assert names(path.parent) == ["settings.json"]


@pytest.mark.parametrize("remember", [False, True])
def test_a_run_that_is_not_to_remember_neither_reads_nor_writes(
    qapp: QApplication, own_home: Path, monkeypatch: pytest.MonkeyPatch, remember: bool
) -> None:
    """As for a screenshot: what a person typed last time must not be in it."""
    from app import application

    asked: list[Path] = []

    def read(path: Path) -> Settings:
        asked.append(path)
        return FULL

    monkeypatch.setattr(application, "read_settings", read)
    made = application.Application(qapp, application.Wishes(remember=remember))
    try:
        made.save()
        assert (made.session.scene.text_a == FULL.text_a) is remember
    finally:
        made.take_down()
    assert asked == ([own_home / "settings.json"] if remember else [])
    assert names(own_home) == (["settings.json"] if remember else [])
