"""Lists and paragraphs in the whole application: what they say is what the panel says of the pair."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.panels.next_sentence import ContinuityPanel
from app.views.bars import percent
from tests.end_to_end.driving import Driver

OWN = "milk\nthe birds bought the store\nhe went to the man, tired\npenguin"


@pytest.fixture
def panel(shared: Driver) -> Iterator[ContinuityPanel]:
    shared.next_sentence.more_button.click()
    shared.wait_until(shared.application.continuity.isVisible)
    page = shared.application.continuity
    page.set_part("ranking")
    page.ranking.texts.choose_own()
    page.ranking.editor.setPlainText(OWN)
    shared.wait_until(lambda: {*OWN.split("\n")} < {row.sentence for row in page.ranking.list.rows})
    yield page
    shared.window.bring_forward("embeddings")


def test_a_ranked_sentence_read_as_b_has_the_score_of_the_list(
    shared: Driver, panel: ContinuityPanel
) -> None:
    page = panel.ranking
    before = shared.session.scene
    shares = [row.share for row in page.list.rows]
    assert shares == sorted(shares, reverse=True)
    for index, row in enumerate(page.list.rows):
        page.list.row_chosen.emit(index)
        shared.wait_for_trace()
        assert shared.session.scene.text_b == row.sentence
        assert shared.trace.nsp.is_next == pytest.approx(row.share, abs=1e-5)
        assert shared.next_sentence.bars.rows[0].probability == shared.trace.nsp.is_next
        assert [row.sentence for row in page.list.rows if row.mark] == [before.text_b]
    shared.session.set_scene(before)
    shared.wait_for_trace()


def test_the_swapped_score_is_what_swapping_shows(shared: Driver) -> None:
    shown = shared.next_sentence.swapped.figure
    shared.next_sentence.swap_button.click()
    shared.wait_for_trace()
    assert percent(shared.trace.nsp.is_next) == shown
    shared.session.undo()
    shared.wait_for_trace()
    assert shared.next_sentence.swapped.figure == shown


def test_typing_ranks_anew(shared: Driver, panel: ContinuityPanel) -> None:
    shares = {row.sentence: row.share for row in panel.ranking.list.rows}
    shared.type(" penguin, penguin")
    shared.wait_for_trace()
    changed = {row.sentence: row.share for row in panel.ranking.list.rows}
    assert changed.keys() == shares.keys() and changed != shares


def test_sentences_of_a_file_while_a_person_types(
    shared: Driver, panel: ContinuityPanel, tmp_path: Path
) -> None:
    path = tmp_path / "text.txt"
    path.write_text("".join(f"the man {'bought milk ' * (n % 30)}.\n" for n in range(600)), encoding="utf-8")
    page = panel.ranking
    page.texts.choose_file(str(path))
    shared.type(" to")
    shared.wait_until(lambda: shared.session.up_to_date)
    shared.wait_until(lambda: page.text.state == "done")
    assert page.ranking is not None
    assert page.ranking.seen == 600 and len(page.list.rows) == 31, "the same sentence is listed once"
    assert page.ranking.text_a == "the man went to the store" and "press Rank" in page.note.text


def test_a_file_that_is_no_text_is_refused(shared: Driver, panel: ContinuityPanel, tmp_path: Path) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(b"milk\n\xff\xfe\n")
    page = panel.ranking
    page.texts.choose_file(str(path))
    shared.wait_until(lambda: page.text.state == "failed")
    assert "bad.txt" in page.line.end.text() and "Line 2 is not UTF-8" in page.line.end.text()


def test_a_paragraph(shared: Driver, panel: ContinuityPanel) -> None:
    panel.set_part("paragraph")
    page = panel.paragraph
    page.set_text(
        "The man went to the store. He bought a gallon of milk. Penguin birds, tired. 我爱北京天安门。"
    )
    shared.wait_until(lambda: page.asking.state == "done")
    thread = page.view.thread_
    assert len(thread.sentences) == 4 and len(thread.shares) == 3
    for pair, share in enumerate(thread.shares):
        page.load(pair)
        shared.wait_for_trace()
        assert page.view.read == pair
        assert shared.trace.nsp.is_next == pytest.approx(share, abs=1e-5)
