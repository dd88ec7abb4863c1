"""The page of the model's tables asks once a model, and its positions are the text's pieces as far as that reaches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.panels.embeddings import EmbeddingsPanel
from app.selection import Hover
from app.session import Session
from app.views.table_values import TableHit
from bert_core.measures.embedding_tables import row_norms
from bert_core.measures.hidden_similarity import cosine_similarity
from bert_core.queries import Answer, Similarity
from bert_core.queries_embeddings import EmbeddingTables, Tables
from bert_core.trace import Floats
from tests.app.answering import show_trace
from tests.app.fakes import fake_model_info, fake_trace

POSITIONS = 40


def fake_tables(
    positions: int = POSITIONS, segments: int = 2, hidden: int = 64, **more: int | None
) -> Tables:
    random = np.random.default_rng(4)

    def drawn(rows: int) -> Floats:
        return random.normal(0, 0.02, (rows, hidden)).astype(np.float32)

    position, segment = drawn(positions), drawn(segments)
    vocabulary = ("[PAD]", "[unused0]", "[unused1]", *(f"word{n}" for n in range(30)), "<b>", "猫")
    return Tables(
        position=position,
        segment=segment,
        position_norms=row_norms(position).astype(np.float32),
        segment_norms=row_norms(segment).astype(np.float32),
        token_norms=random.uniform(0.5, 1.5, len(vocabulary)).astype(np.float32),
        alike=cosine_similarity(position),
        vocabulary=vocabulary,
        initial=0.16,
        untrained_from=more.get("untrained_from"),
    )


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[EmbeddingsPanel]:
    made = EmbeddingsPanel(session)
    qtbot.addWidget(made)
    made.resize(1440, 260)
    made.show()
    qtbot.waitExposed(made)
    show_trace(session, fake_trace())
    yield made


def answer(session: Session, value: object = None, failure: str = "") -> None:
    assert session.trace is not None
    session.accept_answer(Answer(EmbeddingTables(), session.trace.scene, value, failure))


@pytest.fixture
def shown(panel: EmbeddingsPanel, session: Session) -> EmbeddingsPanel:
    panel.set_view("tables")
    answer(session, fake_tables())
    QGuiApplication.processEvents()
    return panel


def test_tabs_change_what_is_seen_and_asked_for(
    panel: EmbeddingsPanel, session: Session, qtbot: QtBot
) -> None:
    assert panel.views == ("text", "tables") and panel.view == "text"
    assert session.watched == {Similarity(4)}
    with qtbot.waitSignal(panel.view_changed) as said:
        panel.tab_row.buttons["tables"].click()
    assert said.args == ["tables"] and panel.view == "tables"
    assert panel.tables.isVisible() and not panel.text.isVisible()
    assert session.watched == {EmbeddingTables()}
    assert "Embedding tables" in panel.help_button.accessibleName()
    answer(session, fake_tables())
    assert session.watched == frozenset(), "it is known"
    panel.set_view("text")
    assert session.watched == {Similarity(4)} and panel.text.header.isVisibleTo(panel._headers)
    panel.set_view("tables")
    assert panel.tables.tables is not None and session.watched == frozenset()


def test_a_hidden_page_catches_up_with_the_text(shown: EmbeddingsPanel, session: Session) -> None:
    newer = fake_trace(size=9, seed=2)
    show_trace(session, newer)
    shown.set_view("text")
    assert shown.text.strips.values is not None and shown.text.strips.values.pieces == 9


def test_the_tables_are_shown(shown: EmbeddingsPanel) -> None:
    page, tables = shown.tables, fake_tables()
    values = page.strips.values
    assert values is not None
    np.testing.assert_array_equal(values.position, tables.position)
    np.testing.assert_array_equal(page.map.values(), tables.alike)
    assert sum(page.tokens.histogram.counts) == 35
    beside = np.abs(tables.alike[~np.eye(POSITIONS, dtype=bool)])
    assert 0 < page.alike.limit <= 1 and (beside <= page.alike.limit).mean() > 0.99


def test_what_is_said(shown: EmbeddingsPanel, session: Session) -> None:
    page, tables = shown.tables, fake_tables()
    a, b = tables.segment.astype(np.float64)
    cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
    assert (f"cos(A, B) = {cosine:.2f}".replace("-", "−"), "") in page.legend.parts
    near = np.mean([tables.alike[p, p + 1] for p in range(POSITIONS - 1)])
    assert page.alike.facts.text().startswith(f"Mean cosine 1 apart: {near:.2f}".replace("-", "−"))
    assert "64 apart" not in page.alike.facts.text() and "untrained" not in page.alike.facts.text()
    session.model_changed.emit(fake_model_info())
    assert page.tables is None and not page.legend.parts


@pytest.mark.parametrize(
    ("first", "words"), [(0, "All positions look untrained."), (12, "From position 12 on")]
)
def test_untrained_positions_are_said(
    panel: EmbeddingsPanel, session: Session, first: int, words: str
) -> None:
    panel.set_view("tables")
    answer(session, fake_tables(untrained_from=first))
    assert words in panel.tables.alike.facts.text()


@pytest.mark.parametrize("segments", [1, 3])
def test_models_with_other_segments(panel: EmbeddingsPanel, session: Session, segments: int) -> None:
    panel.set_view("tables")
    answer(session, fake_tables(segments=segments))
    said = [words for words, _ in panel.tables.legend.parts]
    assert ("one segment only" in said) == (segments == 1) and not any(w.startswith("cos(") for w in said)
    assert not panel.grab().isNull()


def test_a_failure_is_said(panel: EmbeddingsPanel, session: Session) -> None:
    panel.set_view("tables")
    answer(session, failure="There is not enough memory.")
    assert panel.tables.tables is None and panel.tables.map._empty_text == "There is not enough memory."


def test_a_position_of_the_text_is_its_piece_everywhere(shown: EmbeddingsPanel, session: Session) -> None:
    page = shown.tables
    QTest.mouseMove(page.map, page.map.cell_rect(3, 5).center().toPoint())
    assert session.hover == Hover(query=3, key=5)
    value = fake_tables().alike[3, 5]
    assert page.alike.read_out.text == "3 · 5"
    assert page.alike.read_out.figure == f"{value:.2f}".replace("-", "−")
    QTest.mouseClick(page.map, Qt.MouseButton.LeftButton, pos=page.map.cell_rect(3, 5).center().toPoint())
    assert (session.selection.query, session.selection.key) == (3, 5)
    QTest.mouseClick(page.map, Qt.MouseButton.LeftButton, pos=page.map.cell_rect(3, 5).center().toPoint())
    assert session.selection.query is None


def test_a_position_past_the_text_is_told_here_only(shown: EmbeddingsPanel, session: Session) -> None:
    page = shown.tables
    place = page.map.cell_rect(30, 5).center().toPoint()
    QTest.mouseMove(page.map, place)
    assert session.hover == Hover(key=5) and page.alike.read_out.text == "30 · 5"
    QTest.mouseClick(page.map, Qt.MouseButton.LeftButton, pos=place)
    assert session.selection.query is None
    QTest.mouseMove(page.map, QPoint(1, 1))
    assert page.alike.read_out.text == "30 · 5", "it is pinned"
    QTest.keyClick(page.map, Qt.Key.Key_Down)
    assert page.alike.read_out.text == "31 · 5"
    QTest.keyClick(page.map, Qt.Key.Key_Escape)
    assert page.alike.read_out.text == ""


def test_the_strips_tell_positions_and_segments(shown: EmbeddingsPanel, session: Session) -> None:
    page = shown.tables
    column = page.strips.column_rect(TableHit("position", 4, range(1))).center().toPoint()
    QTest.mouseMove(page.strips, column)
    assert session.hover == Hover(query=4) and page.legend.read_out.startswith("position 4: norm ")
    QTest.mouseClick(page.strips, Qt.MouseButton.LeftButton, pos=column)
    assert session.selection.query == 4
    QTest.mouseMove(page.strips, page.strips.column_rect(TableHit("segment", 1, range(1))).center().toPoint())
    assert session.hover == Hover() and page.legend.read_out.startswith("segment B: norm ")


def test_the_shortest_and_longest_pieces_are_named_without_unused_ones(shown: EmbeddingsPanel) -> None:
    tables, page = fake_tables(), shown.tables
    used = [piece for piece in range(35) if piece not in (1, 2)]
    order = sorted(used, key=lambda piece: tables.token_norms[piece])
    assert page.tokens.shortest.text().startswith(f"shortest: {tables.vocabulary[order[0]]}  ")
    assert page.tokens.longest.text().startswith(f"longest: {tables.vocabulary[order[-1]]}  ")
    assert "&lt;b&gt;" in page.tokens.shortest.toolTip() + page.tokens.longest.toolTip()


def test_numbers_of_all_pictures(shown: EmbeddingsPanel) -> None:
    tables, figures = fake_tables(), shown.tables.figures
    header, rows = figures.alike._table()
    assert header == ["position", *map(str, range(POSITIONS))]
    np.testing.assert_array_equal(np.array([row[1:] for row in rows], np.float32), tables.alike)
    header, rows = figures.tokens._table()
    rows = list(rows)
    assert header == ["id", "piece", "norm"] and len(rows) == 35
    assert rows[0][2] == tables.token_norms.min() and rows[-1][2] == tables.token_norms.max()
    for picture in figures.all:
        assert "Formula" in picture._metadata() and not picture._drawing().to_image().isNull()


def test_the_model_in_force_is_named_beside_another_models_reference(
    shown: EmbeddingsPanel, session: Session
) -> None:
    session._model = fake_model_info()
    session.keep_reference()
    assert shown.tables.legend.parts[0][1] != "note"
    other = fake_trace(seed=3, scene=replace(session.scene, model_id="other"))
    show_trace(session, other)
    assert shown.tables.legend.parts[0] == ("Of the model in force", "note")


@pytest.mark.parametrize(("width", "height"), [(1024, 150), (1024, 180), (1920, 300)])
@pytest.mark.parametrize("positions", [16, 512])
def test_nothing_overlaps(
    panel: EmbeddingsPanel, session: Session, width: int, height: int, positions: int
) -> None:
    panel.set_view("tables")
    answer(session, fake_tables(positions))
    panel.resize(width, height)
    QGuiApplication.processEvents()
    assert (panel.width(), panel.height()) == (width, height)
    page = panel.tables
    places = []
    for widget in (page.strips, page.alike.bar, page.map, page.tokens.histogram):
        corner = widget.mapTo(panel, QPoint(0, 0))
        assert corner.y() >= 0 and corner.y() + widget.height() <= height
        assert widget.height() >= widget.minimumSizeHint().height() and widget.width() >= 100
        places.append((corner.x(), corner.x() + widget.width()))
    assert all(right <= left for (_, right), (left, _) in pairwise(places))
    assert places[-1][1] <= width
