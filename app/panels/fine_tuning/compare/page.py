"""The page with the table of the runs that are compared."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.panels.common_pictures import pictures_button
from app.panels.fine_tuning.compare.compared import Compared, compared, each_of
from app.panels.fine_tuning.compare.explanation import compare_help
from app.panels.fine_tuning.metric_names import METRIC_KINDS, metric_title, metric_word
from app.panels.fine_tuning.page import RunPage
from app.run_values import Run
from app.session import Session
from app.theme import font, theme
from app.translation import tr
from app.views.choice import Choice
from app.views.curve_looks import look_pen
from app.views.drawing import Drawing, widget_drawing
from app.views.empty import EmptyState
from app.views.figure import figure
from app.views.help_button import HelpButton
from app.views.picture import PictureActions
from app.views.spread_rows import SpreadRow, SpreadRows
from app.views.table_dialog import TableView
from app.views.tables import Table

_ROW, _SIGN = 24, 22  # pixels
_HEAD = 44  # of a table: its header, frame, and a scroll bar
_Index = QModelIndex | QPersistentModelIndex


class ComparePage(RunPage):
    """Shows the current run and those that are ticked, or the seeds of one run."""

    name = "compare"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.title = tr("Compare")
        self.tip = tr("What the ticked runs, or the seeds of one run, reached, and in what they differ")
        self._runs: tuple[Run, ...] = ()
        self.empty = EmptyState(
            tr(
                "Tick runs in the list to compare them here with the one that is shown: what they reached, and in "
                "which settings they differ. A run of several seeds is compared with itself."
            )
        )
        self.content = QWidget()
        self.model = CompareModel(self)
        self.table = TableView()
        self.spread = SpreadRows()
        self.which = Choice(tr("Figure"), tr("Whose spread is drawn"))
        self._build()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 0, 0)
        column.addWidget(self.empty)
        column.addWidget(self.content)
        session.runs.compared_changed.connect(self._compared_changed)
        session.runs.changed.connect(self._compared_read)
        self.show_run(None)

    def _build(self) -> None:
        self.table.setModel(self.model)
        self.table.setAccessibleName(tr("Compared runs"))
        self.table.setFont(font("small"))
        self.table.setWordWrap(False)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(_ROW)
        self.table.horizontalHeader().setFont(font("small"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.which.chosen.connect(self._metric_chosen)
        self.said = QLabel(
            tr(
                "Figures are those of the best evaluation; bold: the best run. ± is the standard deviation over "
                "seeds. Settings that are the same everywhere are left out."
            )
        )
        self.said.setProperty("kind", "secondary")
        self.said.setWordWrap(True)
        self.pictures = (self._table_picture(), self._spread_picture())
        head = QLabel(tr("Spread over seeds"))
        head.setFont(font("bold"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.said, 1)
        row.addWidget(pictures_button(self.pictures))
        row.addWidget(HelpButton(compare_help()))
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(head)
        below.addWidget(self.which)
        below.addStretch(1)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        column.addSpacing(4)
        column.addLayout(below)
        column.addWidget(self.spread)
        column.addStretch(0)

    # Showing -----------------------------------------------------------------------------------------------------

    def show_run(self, run: Run | None) -> None:
        """The run with those beside it."""
        others = self.session.runs.compared_runs
        self._runs = () if run is None else (run, *others)
        there = bool(others) or (run is not None and len(run.seeds) > 1)
        self.empty.setVisible(not there)
        self.content.setVisible(there)
        for picture in self.pictures:
            picture.set_enabled(there)
        if there:
            before = self.model.compared.columns
            self.model.set_compared(compared(self._runs))
            if self.model.compared.columns != before:
                self.table.resizeColumnsToContents()
            self.table.setMaximumHeight(_HEAD + _ROW * self.model.rowCount())
            self._show_spread()

    @Slot(object)
    def _compared_changed(self, _: object) -> None:
        self._run_changed(self.run)

    @Slot(object)
    def _compared_read(self, run: Run) -> None:
        if run.folder in self.session.runs.compared:
            self._run_changed(self.run)

    def _metrics(self) -> list[str]:
        there = {
            name for run in self._runs for part in (run.seeds or (run,)) for name in part.evaluations.columns
        }
        return [name for name in (*METRIC_KINDS, "dev_loss", "mlm_loss") if name in there]

    def _show_spread(self) -> None:
        names = self._metrics()
        self.which.set_names([metric_title(name) for name in names])
        if not names:
            self.spread.set_rows((), str)
            return
        metric = names[max(0, self.which.currentIndex())]
        rows = tuple(
            SpreadRow(run.name, each_of(run, metric), look if len(self._runs) > 1 else None)
            for look, run in enumerate(self._runs)
        )
        self.spread.set_rows(rows, lambda value: metric_word(metric, value))

    @Slot(object)
    def _metric_chosen(self, _: int) -> None:
        self._show_spread()

    # Pictures ----------------------------------------------------------------------------------------------------

    def _table_picture(self) -> PictureActions:
        return self._picture(
            self.table,
            tr("Runs compared: table"),
            lambda: widget_drawing(self.table.viewport()),
            self.numbers,
            "comparison",
        )

    def _spread_picture(self) -> PictureActions:
        return self._picture(
            self.spread, tr("Runs compared: spread"), self._drawn_spread, self.spread.table, "spread"
        )

    def _picture(
        self,
        widget: QWidget,
        title: str,
        drawing: Callable[[], Drawing],
        table: Callable[[], Table],
        name: str,
    ) -> PictureActions:
        picture = PictureActions(
            widget,
            drawing=drawing,
            table=table,
            metadata=lambda: {"Software": "Attention Explorer", "Title": title, "Runs": self._names()},
            name=lambda: name,
        )
        picture.setObjectName(title)
        picture.install()
        return picture

    def _names(self) -> str:
        return ", ".join(run.name for run in self._runs)

    def _drawn_spread(self) -> Drawing:
        return figure(self.spread.drawing(), self.which.currentText())

    def numbers(self) -> Table:
        """The table, as it is written."""
        shown = self.model.compared
        return (tr("run"), *shown.columns), [(line.name, *line.cells) for line in shown.lines]


class CompareModel(QAbstractTableModel):
    """The lines of a comparison, the run's name and sign first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.compared = Compared((), (), ())

    def set_compared(self, shown: Compared) -> None:
        """Show this."""
        if shown == self.compared:
            return
        self.beginResetModel()
        self.compared = shown
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.compared.lines)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 1 + len(self.compared.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line, column = self.compared.lines[index.row()], index.column() - 1
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            if column < 0:
                return line.name if line.sign is not None else f"      {line.name}"
            return line.cells[column]
        if role == Qt.ItemDataRole.FontRole and column >= 0 and self.compared.best[column] == index.row():
            bold = font("small")
            bold.setBold(True)
            return bold
        if role == Qt.ItemDataRole.ForegroundRole and line.sign is None:
            return QColor(theme().secondary)
        if role == Qt.ItemDataRole.DecorationRole and column < 0 and line.sign is not None:
            several = sum(other.sign is not None for other in self.compared.lines) > 1
            return _sign(line.sign) if several else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if column < 0 else Qt.AlignmentFlag.AlignRight
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.compared.columns[section - 1] if section else tr("Run")


def _sign(look: int) -> QPixmap:
    """A bit of the run's line, as in the charts."""
    made = QPixmap(2 * _SIGN, 24)
    made.setDevicePixelRatio(2)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setPen(look_pen(look, 2.0))
    painter.drawLine(0, 6, _SIGN, 6)
    painter.end()
    return made
