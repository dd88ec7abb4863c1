"""The reference in the attention panel: shown, taken away from what is now, or beside it where it cannot be."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.panels.attention import AttentionPanel, maps_page, numbers
from app.panels.attention.maps_page import MapsPage
from app.selection import Hover
from app.session import Session
from app.values import LoadedModel, ModelChoice
from app.views.picture import PictureActions
from bert_core.queries import MeanAttention, MosaicLevels, OfReference
from bert_core.scene import Scene
from bert_core.trace import Trace
from tests.app.answering import answer_all
from tests.app.fakes import fake_model_info, fake_trace


@pytest.fixture
def session(qapp: object) -> Session:
    made = Session()
    trace = fake_trace(seed=1)
    made.begin(trace.scene)
    info = fake_model_info(model_id=trace.scene.model_id)
    made.set_model(LoadedModel(ModelChoice("m"), info, lambda a, b: trace.tokens, ("cpu",)))
    made.accept_trace(replace(trace, scene=made.scene))
    made.select_head(1, 2)
    return made


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[AttentionPanel]:
    made = AttentionPanel(session)
    qtbot.addWidget(made)
    made.resize(900, 570)
    made.show()
    answer_all(session)
    yield made


def go_on(session: Session, text: str = "another text", **shape: int) -> tuple[Trace, Trace]:
    """Keep what is shown, then read another scene. Returns the reference, and what is now."""
    session.keep_reference()
    session.set_scene(Scene(session.scene.model_id, text))
    trace = fake_trace(scene=session.scene, seed=2, **shape)
    session.accept_trace(trace)
    answer_all(session)
    assert session.reference is not None
    return session.reference.trace, trace


def shown_weights(page: MapsPage) -> np.ndarray:
    weights = page.head_pane.weights
    assert weights is not None
    return weights


def test_nothing_is_said_without_a_reference(panel: AttentionPanel) -> None:
    assert panel.compared.isHidden()


def test_the_difference_is_drawn_in_both_maps(panel: AttentionPanel, session: Session) -> None:
    before, now = go_on(session)
    difference = now.attentions - before.attentions
    np.testing.assert_array_equal(shown_weights(panel.maps), difference[1, 2])
    image = panel.maps.mosaic.image()
    assert image is not None and image.signed
    assert image.maxima.max() == pytest.approx(np.abs(difference).max())
    assert MosaicLevels(False, before.scene) in session.watched
    assert "Now less the reference" in panel.compared.text()
    session.set_hover(Hover(1, 2, 3, 4))
    assert panel.maps.head_pane.read_out.figure == f"{difference[1, 2, 3, 4]:+.4f}"
    assert panel.maps.mosaic_pane.read_out.figure == f"{difference[1, 2, 3, 4]:+.4f}"
    assert "largest change" in panel.maps.head_pane.info.text
    session.select_head(3, None)
    np.testing.assert_allclose(shown_weights(panel.maps), difference[3].mean(0), atol=1e-7)


def test_the_reference_itself(panel: AttentionPanel, session: Session) -> None:
    before, now = go_on(session)
    session.show_reference("reference")
    answer_all(session)
    np.testing.assert_array_equal(shown_weights(panel.maps), before.attentions[1, 2])
    assert session.watched == {OfReference(MosaicLevels(False), before.scene)}
    image = panel.maps.mosaic.image()
    assert image is not None and not image.signed
    assert "The reference: " in panel.compared.text()
    session.show_reference("now")
    answer_all(session)
    np.testing.assert_array_equal(shown_weights(panel.maps), now.attentions[1, 2])
    assert panel.compared.isHidden()


def test_another_length_stands_beside_and_why_is_said(panel: AttentionPanel, session: Session) -> None:
    before, now = go_on(session, size=12)
    assert "No difference: the reference has" in panel.compared.text()
    twin = panel.findChildren(MapsPage)[-1]
    assert twin is not panel.maps and twin.isVisible() and panel.maps.isVisible()
    np.testing.assert_array_equal(shown_weights(panel.maps), now.attentions[1, 2])
    np.testing.assert_array_equal(shown_weights(twin), before.attentions[1, 2])
    assert twin.map.width() > 150 and panel.maps.map.width() > 150
    session.set_hover(Hover(1, 2, 16, 16))  # beyond the shorter text
    panel.set_view("one")
    assert panel.findChildren(MapsPage)[-1].view == "one"
    session.show_reference("now")
    assert [page for page in panel.findChildren(MapsPage) if not page.isHidden()] == [panel.maps]


def test_a_reference_of_a_larger_model_does_not_lead_out_of_this_one(
    panel: AttentionPanel, session: Session
) -> None:
    go_on(session, layers=2, heads=2)
    session.select_head(1, 1)
    assert "4 × 4 heads, this one has 2 × 2" in panel.compared.text()


def test_figures_say_what_is_drawn(panel: AttentionPanel, session: Session, tmp_path: Path) -> None:
    before, now = go_on(session)
    figures = panel.maps.figures

    def said(name: str) -> str:
        figures.head.save_picture_to(tmp_path / "head.png")
        return QImage(str(tmp_path / "head.png")).text(name)

    assert said("Sentence A") == "another text" and said("Title") == "L2-H3, now less the reference"
    assert (
        said("Less")
        == f"Model: mini-en; Sentence A: {before.scene.text_a}; Sentence B: {before.scene.second}"
    )
    figures.heads.save_numbers_to(tmp_path / "heads.csv")
    with (tmp_path / "heads.csv").open(encoding="utf-8", newline="") as stream:
        row = next(row for row in csv.reader(stream) if row[:4] == ["2", "3", "5", "6"])
    difference = (now.attentions - before.attentions)[1, 2, 5, 6]
    assert float(row[-1]) == pytest.approx(float(difference), rel=1e-6)
    session.show_reference("reference")
    assert said("Sentence A") == before.scene.text_a
    assert said("Title") == "L2-H3" and said("Less") == ""


def test_every_picture_of_the_panel_tells_what_is_drawn(panel: AttentionPanel, session: Session) -> None:
    before, _ = go_on(session)
    pictures = panel.findChildren(PictureActions)
    assert len(pictures) >= 8
    for showing, text in (("reference", before.scene.text_a), ("now", "another text")):
        session.show_reference(showing)
        assert {picture._metadata()["Sentence A"] for picture in pictures} == {text}
    session.show_reference("difference")
    assert all("Less" in picture._metadata() for picture in pictures)


def test_averages_of_long_texts_are_asked_for_on_both_sides(
    panel: AttentionPanel, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (numbers, maps_page):
        monkeypatch.setattr(module, "AT_ONCE", 100)
    session.select_head(None, None)
    before, now = go_on(session)
    assert {MeanAttention(), OfReference(MeanAttention(), before.scene)} <= session.watched
    mean = now.attentions.mean((0, 1)) - before.attentions.mean((0, 1))
    np.testing.assert_allclose(shown_weights(panel.maps), mean, atol=1e-7)


def test_hidden_it_asks_for_nothing(panel: AttentionPanel, session: Session) -> None:
    go_on(session, size=12)
    panel.hide()
    assert not session.watched
