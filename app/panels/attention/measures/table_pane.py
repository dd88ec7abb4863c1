"""The table of heads, and above it what it is filtered by."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.panels.attention.measures.pattern_column import counts_of
from app.translation import tr
from app.views.head_table import Head, HeadColumn, HeadTable
from bert_core.queries_measures import PATTERNS


class TablePane(QWidget):
    """What is typed and chosen here filters the rows; `importance` is pressed to compute that column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = HeadTable()
        self.words = QLineEdit()
        self.words.setPlaceholderText(tr("Filter: L2, [SEP], entropy < 1"))
        self.words.setClearButtonEnabled(True)
        self.words.setAccessibleName(tr("Filter heads"))
        self.words.setToolTip(
            tr(
                "Heads whose name or pattern has these words; “entropy < 1” compares a column. Commas part conditions."
            )
        )
        self.words.textChanged.connect(self.table.filter.set_words)
        self.patterns = QComboBox()
        self.patterns.setAccessibleName(tr("Filter by pattern"))
        self.patterns.setToolTip(tr("Heads that show this pattern, whether or not it is what names them"))
        self.patterns.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.patterns.setMinimumContentsLength(12)
        self.patterns.activated.connect(self._pattern_chosen)
        self.importance = QPushButton(tr("Compute importance"))
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.words, 1)
        row.addWidget(self.patterns)
        row.addWidget(self.importance)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.table, 1)

    def show_columns(self, columns: Sequence[HeadColumn], heads: int, off: Collection[Head]) -> None:
        """Show these, `heads` a layer; those that are `off` are struck out."""
        self.table.set_columns(columns, heads, off)
        self.setMaximumWidth(max(self.minimumSizeHint().width(), self.table.full_width()))
        counts: Mapping[str, int] = next((counts_of(column) for column in columns if column.patterns), {})
        chosen = self.patterns.currentData()
        self.patterns.clear()
        self.patterns.addItem(tr("All patterns"), "")
        for name in PATTERNS:
            if counts.get(name) or name == chosen:
                words = tr("{pattern} ({n})", pattern=name, n=counts.get(name, 0))
                self.patterns.addItem(words, name)
        self.patterns.setCurrentIndex(max(0, self.patterns.findData(chosen)))

    @Slot()
    def _pattern_chosen(self) -> None:
        self.table.filter.set_pattern(self.patterns.currentData())
