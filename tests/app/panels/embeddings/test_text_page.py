"""The page of this text: shares beside the terms, the reference, and what is now less the reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.panels.embeddings import EmbeddingsPanel
from app.panels.embeddings.similarity_pane import round_limit
from app.selection import Hover
from app.session import Session
from bert_core.measures.embedding_tables import term_shares
from bert_core.measures.hidden_similarity import cosine_similarity
from bert_core.queries import OfReference, Similarity
from bert_core.trace import Trace
from tests.app.answering import answer_all, show_trace
from tests.app.fakes import fake_model_info, fake_trace


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[EmbeddingsPanel]:
    made = EmbeddingsPanel(session)
    qtbot.addWidget(made)
    made.resize(1440, 240)
    made.show()
    qtbot.waitExposed(made)
    yield made


def keep(session: Session, trace: Trace) -> None:
    """As the reference, whose difference is seen from now on."""
    session._model = fake_model_info()
    show_trace(session, trace)
    session.keep_reference()


def another(trace: Trace, **kind: int) -> Trace:
    return fake_trace(seed=7, scene=replace(trace.scene, text_b="another"), **kind)


def test_shares_are_those_of_the_trace(panel: EmbeddingsPanel, session: Session) -> None:
    trace = fake_trace()
    show_trace(session, trace)
    shares = panel.text.strips.shares
    assert shares is not None and not shares.signed
    np.testing.assert_array_equal(shares.by_norm, term_shares(trace.embeddings).by_norm)
    said = [words for words, _ in panel.text.legend.parts]
    assert said[0] == "mean share:" and said[1] == f"{100 * shares.means[0]:.0f}%"
    assert f"token {said[1]}" in panel.text.legend.toolTip()


def test_pointing_at_shares_marks_the_piece_everywhere(panel: EmbeddingsPanel, session: Session) -> None:
    show_trace(session, fake_trace())
    QGuiApplication.processEvents()
    strips = panel.text.strips
    place = QPointF(strips.column_rect(3).center().x(), strips.strip_rect("shares").center().y())
    QTest.mouseMove(strips, place.toPoint())
    assert session.hover == Hover(query=3)
    assert panel.text.legend.read_out.startswith("‘went’: token ")


def test_the_difference_is_of_terms_shares_and_similarities(panel: EmbeddingsPanel, session: Session) -> None:
    before = fake_trace()
    keep(session, before)
    now = another(before)
    show_trace(session, now)
    assert session.watched == {Similarity(4), OfReference(Similarity(4), before.scene)}
    text = panel.text
    values, shares = text.strips.values, text.strips.shares
    assert values is not None and shares is not None and shares.signed
    np.testing.assert_array_equal(values.arrays["token"], now.embeddings.token - before.embeddings.token)
    own, other = term_shares(now.embeddings), term_shares(before.embeddings)
    np.testing.assert_allclose(shares.by_norm, own.by_norm - other.by_norm)
    alike = cosine_similarity(now.hidden_states[4]) - cosine_similarity(before.hidden_states[4])
    shown = text.pane.values
    assert shown is not None
    np.testing.assert_allclose(shown, alike, atol=1e-6)
    assert text.legend.parts[0] == ("Now less the reference", "note")
    limit = round_limit(float(np.abs(alike).max()))
    assert text.pane.bar.accessibleName() == f"Colour scale from −{limit:g} to {limit:g}"
    session.set_hover(Hover(query=2, key=3))
    assert text.pane.read_out.figure == f"{alike[2, 3]:+.3f}".replace("-", "−")


def test_the_reference_itself_can_be_shown_and_now_again(panel: EmbeddingsPanel, session: Session) -> None:
    before = fake_trace()
    keep(session, before)
    now = another(before)
    show_trace(session, now)
    session.show_reference("reference")
    answer_all(session)
    values, pane = panel.text.strips.values, panel.text.pane
    assert values is not None and pane.values is not None
    np.testing.assert_array_equal(values.arrays["sum"], before.embeddings.sum)
    np.testing.assert_array_equal(pane.values, cosine_similarity(before.hidden_states[4]))
    assert session.watched == {OfReference(Similarity(4), before.scene)}
    session.show_reference("now")
    answer_all(session)
    values = panel.text.strips.values
    assert values is not None
    np.testing.assert_array_equal(values.arrays["sum"], now.embeddings.sum)
    assert session.watched == {Similarity(4)} and panel.text.legend.parts[0][1] != "note"


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"size": 9}, "pieces"),
        ({"layers": 2}, "heads"),
        ({"hidden": 32}, "vectors of 64 numbers, this text of 32"),
    ],
)
def test_why_there_is_no_difference_is_said(
    panel: EmbeddingsPanel, session: Session, other: dict[str, int], word: str
) -> None:
    before = fake_trace()
    keep(session, before)
    now = another(before, **other)
    show_trace(session, now)
    values = panel.text.strips.values
    assert values is not None
    np.testing.assert_array_equal(values.arrays["sum"], now.embeddings.sum)
    (words, kind) = panel.text.legend.parts[0]
    assert words.startswith("No difference:") and word in words and kind == "note"


def test_pictures_of_a_difference_say_of_what(panel: EmbeddingsPanel, session: Session) -> None:
    before = fake_trace()
    keep(session, before)
    show_trace(session, another(before))
    for picture in panel.text.figures.all:
        assert before.scene.text_a in picture._metadata()["Less"]
        assert not picture._drawing().to_image().isNull()
    header, rows = panel.text.figures.strips._table()
    assert len(list(rows)) == 5 * 17 and "share by norm" in header


def test_escape_lets_go(panel: EmbeddingsPanel, session: Session) -> None:
    show_trace(session, fake_trace())
    session.pin(query=3)
    QTest.keyClick(panel.text.strips, Qt.Key.Key_Escape)
    assert session.selection.query is None
