"""Where settings and logs live."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.places import NAME, log_file, settings_file


def test_under_one_roof_where_that_is_wished(own_home: Path) -> None:
    assert settings_file() == own_home / "settings.json"
    assert log_file() == own_home / "log.txt"
    assert not list(own_home.iterdir())


@pytest.mark.parametrize("wish", [None, ""])
def test_else_in_the_systems_places(monkeypatch: pytest.MonkeyPatch, wish: str | None) -> None:
    if wish is None:
        monkeypatch.delenv("ATTENTION_EXPLORER_HOME")
    else:
        monkeypatch.setenv("ATTENTION_EXPLORER_HOME", wish)
    for path in (settings_file(), log_file()):
        assert path.is_absolute()
        assert NAME in path.parts
