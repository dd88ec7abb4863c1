"""Texts as people paste and mistype them: each is read, or one sentence says why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication

from tests.end_to_end.driving import Driver

Start = Callable[..., Driver]

ODD = {
    "nothing": ("", ""),
    "only spaces": ("   \t \n ", "  "),
    "only B": ("", "he bought milk"),
    "right to left": ("שלום the שלום", "السلام عليكم"),
    "combining marks": ("e\u0301\u0323 \u0301", "\u200d\u200b\ufeff"),
    "emoji": ("👩‍👩‍👧 🇫🇷 the man", "👍🏽"),
    "Chinese": ("我爱北京天安门", "天安门 the"),
    "control characters": ("the\0man\x07went\x1b[31m", "\r\n\u2028\u2029"),
    "tags and placeholders": ("<b>the</b> {n} %s & [MASK][SEP][CLS][PAD]", "[mask] [UNK]"),
    "one long word": ("x" * 300, ""),
    "private and unassigned": ("\ue000\U000e0fff\uffff\ufdd0", ""),
}


@pytest.mark.parametrize("texts", ODD.values(), ids=ODD.keys())
def test_an_odd_text_is_read(shared: Driver, texts: tuple[str, str]) -> None:
    shared.write(texts[0])
    shared.write(texts[1], shared.input.edit_b)
    shared.wait_for_trace()
    scene = shared.trace.scene
    assert (scene.text_a, scene.text_b or "") == (shared.input.edit_a.text, shared.input.edit_b.text)
    assert shared.pieces[0] == "[CLS]" and shared.pieces[-1] == "[SEP]"
    assert shared.pieces == [token.text for token in shared.trace.tokens]
    np.testing.assert_allclose(shared.trace.attentions.sum(-1), 1, atol=1e-5)
    assert shared.message == "" and shared.left_out == ""
    for token in shared.trace.tokens:
        text = scene.text_b if token.segment else scene.text_a
        assert 0 <= token.start <= token.end <= len(text or "")
    _everything_repaints(shared)


def test_lone_surrogates(start: Start) -> None:
    """Qt loses them in a string, so they come as they do: from a command line that is not UTF-8, or the settings."""
    driver = start(text_a="the \udcff man \ud83d", text_b="\udc00")
    driver.wait_for_trace()
    assert driver.trace.scene.text_a == "the \udcff man \ud83d"
    driver.type(" went")
    driver.wait_for_trace()
    assert driver.trace.scene.text_a == "the \udcff man \ud83d went"
    assert driver.pieces[:2] == ["[CLS]", "the"] and "went" in driver.pieces
    assert driver.message == ""
    _everything_repaints(driver)
    driver.end()
    again = start()
    again.wait_for_trace()
    assert again.trace.scene.text_a == "the \udcff man \ud83d went"


def test_ten_thousand_words(shared: Driver) -> None:
    shared.write("milk " * 10_000)
    shared.write("", shared.input.edit_b)
    shared.wait_for_trace()
    assert len(shared.pieces) == 512
    assert shared.left_out == "9490 pieces left out: this model reads at most 512"
    assert shared.input.count.text() == "512 of 512"
    assert shared.trace.left_out == (9490, 0)
    assert shared.message == ""


def test_ten_thousand_words_pasted(shared: Driver) -> None:
    data = QMimeData()
    data.setText("milk " * 10_000)
    shared.write("")
    shared.input.edit_a.insertFromMimeData(data)
    assert not shared.input.cut.isHidden()
    assert "40,000" in shared.input.cut.text() and "10,000" in shared.input.cut.text()
    shared.wait_for_trace()
    assert len(shared.trace.scene.text_a) == 10_000
    assert "left out" in shared.left_out
    shared.type(" the")
    shared.wait_for_trace()
    assert shared.input.cut.isHidden()


def test_512_one_letter_words(shared: Driver) -> None:
    shared.write(" ".join("abcdefgh"[n % 8] for n in range(512)))
    shared.write("", shared.input.edit_b)
    shared.wait_for_trace()
    assert len(shared.pieces) == 512
    assert shared.pieces[1:5] == list("abcd")
    assert shared.left_out == "2 pieces left out: this model reads at most 512"
    assert shared.trace.attentions.shape == (2, 2, 512, 512)
    shared.write(" ".join("abcdefgh"[n % 8] for n in range(510)))
    shared.wait_for_trace()
    assert len(shared.pieces) == 512
    assert shared.left_out == ""
    _everything_repaints(shared)


def test_a_pair_that_is_too_long_says_of_which_sentence(shared: Driver) -> None:
    shared.write("milk " * 400)
    shared.write("birds " * 300, shared.input.edit_b)
    shared.wait_for_trace()
    a, b = shared.trace.left_out
    assert a + b == 400 + 300 + 3 - 512 and a > 0 and b > 0
    assert shared.left_out == f"{a + b} pieces left out ({a} of A, {b} of B): this model reads at most 512"


def test_out_of_memory_at_512_pieces(shared: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyTorch's own error, from its own allocator: only the size that is asked for is played."""
    honest, before = torch.empty, shared.session.trace

    def greedy(*shape: int, **more: Any) -> torch.Tensor:
        return honest([1 << 30 if side == 512 else side for side in shape], **more)

    monkeypatch.setattr("bert_core.tracing.torch.empty", greedy)
    shared.write(long := "milk " * 600)
    shared.write("", shared.input.edit_b)
    problem = shared.wait_for_problem()
    assert problem.message == shared.message
    assert problem.message.startswith("There is not enough memory to record 512 pieces.")
    assert "Shorten the text" in problem.message
    assert "you tried to allocate" in problem.details
    assert shared.session.trace is before, "what was shown stays"
    assert shared.pieces[1:3] == ["the", "man"]
    assert shared.input.edit_a.toPlainText() == long, "what was typed stays"
    assert shared.window.status.state.text() == "not analysed"

    shared.write("the man")
    shared.wait_for_trace()
    assert shared.pieces == ["[CLS]", "the", "man", "[SEP]"]
    assert shared.message == ""
    assert shared.window.status.state.text() == "ready"


def test_an_empty_text_says_what_to_do(shared: Driver) -> None:
    shared.trigger("clear")
    shared.wait_for_trace()
    assert shared.pieces == ["[CLS]", "[SEP]"]
    assert shared.predictions.empty.sentence.startswith("Type a sentence")
    assert shared.next_sentence.empty.sentence.startswith("Type a second sentence")
    shared.trigger("undo")
    shared.wait_for_trace()
    assert shared.pieces[1:3] == ["the", "man"]


def _everything_repaints(driver: Driver) -> None:
    """Whatever was drawn wrongly would raise here, and fail the test."""
    assert not driver.window.grab().isNull()
    QApplication.processEvents()
