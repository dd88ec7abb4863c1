"""The legend says its lines, and takes the height that they need."""

from __future__ import annotations

from app.views.aligned_pieces import Cell
from app.views.fate_legend import FateLegend, LegendRow


def test_lines(qtbot) -> None:
    legend = FateLegend()
    qtbot.addWidget(legend)
    rows = [
        LegendRow(Cell("[MASK]", "mask"), "became [MASK]", "12", "80%"),
        LegendRow(Cell("=", "kept"), "stayed", "0"),
    ]
    legend.set_rows(rows)
    assert legend.rows == tuple(rows)
    assert legend.accessibleName() == "became [MASK]: 12 80%; stayed: 0"
    two = legend.sizeHint().height()
    legend.set_rows(rows[:1])
    assert legend.sizeHint().height() * 2 == two
    legend.show()
    assert not legend.grab().isNull()
