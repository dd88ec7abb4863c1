from __future__ import annotations

import pytest

from bert_core.training.control import Control


def test_what_is_asked_is_wished(tmp_path):
    control = Control(tmp_path)
    assert control.wish() == "run"
    for wish in ("pause", "stop", "run"):
        control.ask(wish)
        assert Control(tmp_path).wish() == wish
    assert [path.name for path in tmp_path.iterdir()] == ["control.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"wish": "dance"}', b'{"wish": ["stop"]}', b"\xff"])
def test_a_broken_wish_is_none(tmp_path, content):
    (tmp_path / "control.json").write_bytes(content)
    assert Control(tmp_path).wish() == "run"
