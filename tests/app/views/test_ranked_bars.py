from __future__ import annotations

from app.views.bars import ROW_HEIGHT
from app.views.piece_text import isolated, visible
from app.views.ranked_bars import RankedBars


def test_as_many_rows_as_there_is_height_for(qtbot):
    ranked = RankedBars(160, "Most similar pieces", decimals=2)
    qtbot.addWidget(ranked)
    ranked.show()
    ranked.resize(160, 5 * ROW_HEIGHT)
    ranked.set_weights("most like it:", [(f"piece{n}", 0.9 - 0.2 * n) for n in range(9)])
    few = len(ranked.bars.rows)
    assert 2 <= few < 5
    assert (ranked.bars.rows[0].label, ranked.bars.rows[0].figure) == ("piece0", "0.90")
    ranked.resize(160, 40 * ROW_HEIGHT)
    assert len(ranked.bars.rows) == 9 and ranked.bars.rows[-1].figure == "−0.70"
    ranked.resize(160, ROW_HEIGHT)
    assert not ranked.bars.rows


def test_the_marks_that_isolate_a_piece_in_a_sentence_are_not_written_out(qtbot):
    ranked = RankedBars(160, "Most similar pieces")
    qtbot.addWidget(ranked)
    ranked.show()
    ranked.resize(160, 10 * ROW_HEIGHT)
    pieces = ["银行", "שלום", "##ing"]
    ranked.set_weights("most like it:", [(isolated(piece), 0.5) for piece in pieces])
    assert [visible(row.label) for row in ranked.bars.rows] == pieces
